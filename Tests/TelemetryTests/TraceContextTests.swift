// W3C trace context, the id of a run's trace, and sampling.
import Telemetry
import Testing

struct TraceContextTests {
  @Test func `a well-formed traceparent is read, also of a later version`() throws {
    let context = try #require(
      TraceContext(traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))
    #expect(context.trace.hex == "0af7651916cd43dd8448eb211c80319c")
    #expect(context.span == 0xb7ad_6b71_6920_3331)
    #expect(context.isSampled)
    let later = TraceContext(traceparent: "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-02-more")
    #expect(later?.isSampled == false)
  }

  @Test(arguments: [
    "", "00", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
    "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
    "00-00000000000000000000000000000000-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
    "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
    "00-0af7651916cd43dd8448eb211c8031-b7ad6b7169203331-01", "00-+af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  ])
  func `what the standard does not know is as if nothing was sent`(_ text: String) {
    #expect(TraceContext(traceparent: text) == nil)
  }

  @Test func `a run's trace has the bytes of its id`() {
    #expect(TraceID(run: "00000000000000000000000001")?.hex == "00000000000000000000000000000001")
    #expect(TraceID(run: "7ZZZZZZZZZZZZZZZZZZZZZZZZZ")?.hex == String(repeating: "f", count: 32))
    let run = TraceID(run: "01ARZ3NDEKTSV4RRFFQ69G5FAV")
    #expect(run?.hex == "01563e3ab5d3d6764c61efb99302bd5b")
    #expect(run?.uuid == "01563e3a-b5d3-d676-4c61-efb99302bd5b")
    #expect(TraceID(run: "no run") == nil)
    #expect(TraceID(run: "0000000000000000000000000I") == nil)
  }

  @Test func `a sampler keeps its share, the same traces each time, and follows whoever came before`() throws {
    let half = try #require(TraceSampler(name: "parentbased_traceidratio", argument: "0.5"))
    let traces = (0..<2000).map { _ in TraceID.random() }
    let kept = traces.filter { half.keeps($0, parent: nil) }
    #expect((800...1200).contains(kept.count), "\(kept.count)")
    #expect(kept == traces.filter { half.keeps($0, parent: nil) })
    for isSampled in [true, false] {
      let parent = TraceContext(trace: traces[0], span: 1, isSampled: isSampled)
      #expect(half.keeps(traces[0], parent: parent) == isSampled)
      #expect(try #require(TraceSampler(name: "always_on", argument: nil)).keeps(traces[0], parent: parent))
      #expect(try !#require(TraceSampler(name: "always_off", argument: nil)).keeps(traces[0], parent: parent))
    }
    #expect(TraceSampler(name: "traceidratio", argument: "1.5") == nil)
    #expect(TraceSampler(name: "sometimes", argument: nil) == nil)
  }
}
