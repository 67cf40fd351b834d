// Metrics in Prometheus' text format 0.0.4.

package struct MetricsText {
  package typealias Labels = [(name: String, value: String)]
  package enum Kind: String { case counter, gauge, histogram }

  package static let contentType = "text/plain; version=0.0.4; charset=utf-8"
  package private(set) var text = ""

  package init() {}

  /// One sample without labels.
  package mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: Double?) {
    guard let value else { return }
    add(name, kind, help, [([], value)])
  }

  /// A family without samples is left out: its help alone says nothing.
  package mutating func add(_ name: String, _ kind: Kind, _ help: String, _ samples: [(labels: Labels, value: Double)])
  {
    guard !samples.isEmpty else { return }
    head(name, kind, help)
    for sample in samples { line(name, sample.labels, sample.value) }
  }

  package mutating func add(_ name: String, _ help: String, _ histograms: [(labels: Labels, histogram: Histogram)]) {
    guard !histograms.isEmpty else { return }
    head(name, .histogram, help)
    for (labels, histogram) in histograms {
      var below = 0
      for (bound, count) in zip(histogram.bounds, histogram.buckets) {
        below += count
        line("\(name)_bucket", labels + [("le", Self.number(bound))], Double(below))
      }
      line("\(name)_bucket", labels + [("le", "+Inf")], Double(histogram.count))
      line("\(name)_sum", labels, histogram.sum)
      line("\(name)_count", labels, Double(histogram.count))
    }
  }

  private mutating func head(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP \(name) \(Self.escaped(help))\n# TYPE \(name) \(kind.rawValue)\n"
  }

  private mutating func line(_ name: String, _ labels: Labels, _ value: Double) {
    text += name
    if !labels.isEmpty {
      let pairs = labels.map { "\($0.name)=\"\(Self.escaped($0.value).replacing("\"", with: "\\\""))\"" }
      text += "{\(pairs.joined(separator: ","))}"
    }
    text += " \(Self.number(value))\n"
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
  }

  private static func number(_ value: Double) -> String {
    if let whole = Int64(exactly: value) { return String(whole) }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    return value.isNaN ? "NaN" : "\(value)"
  }
}
