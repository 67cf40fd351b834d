// The text format of metrics.
import Telemetry
import Testing

struct MetricsTextTests {
  @Test func `buckets of a histogram hold all that is not larger`() {
    var histogram = Histogram(bounds: [0.5, 1])
    for value in [0.5, 0.75, 3] { histogram.note(value) }
    var page = MetricsText()
    page.add("a_seconds", "Help.", [([("of", "x")], histogram)])
    #expect(
      page.text == """
        # HELP a_seconds Help.
        # TYPE a_seconds histogram
        a_seconds_bucket{of="x",le="0.5"} 1
        a_seconds_bucket{of="x",le="1"} 2
        a_seconds_bucket{of="x",le="+Inf"} 3
        a_seconds_sum{of="x"} 4.25
        a_seconds_count{of="x"} 3

        """)
  }

  @Test func `signs in a label stay one label`() {
    var page = MetricsText()
    page.add("a", .gauge, "Two\nlines.", [([("of", "\"q\" \\ \n")], 1)])
    #expect(page.text == "# HELP a Two\\nlines.\n# TYPE a gauge\na{of=\"\\\"q\\\" \\\\ \\n\"} 1\n")
  }

  @Test func `what is not known is not there`() {
    var page = MetricsText()
    page.add("a", .gauge, "Help.", nil)
    page.add("b", .gauge, "Help.", [])
    #expect(page.text.isEmpty)
  }
}
