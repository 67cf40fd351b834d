// A report as the host and the web UI read it, built piece by piece (Docs/descriptor.md, "Reports").
package import JSONValue

package struct Report: Sendable {
  package struct Metric: Sendable, Hashable {
    package enum Direction: String, Sendable, Hashable { case higher, lower }

    package var name: String
    /// nil, or not finite: the figure could not be computed. It is then null in the report, never a made-up score.
    package var value: Double?
    package var unit: String?
    package var interval: Interval?
    package var n: Int?
    package var better: Direction?
    /// How the interval was made.
    package var method: String?

    package init(
      _ name: String, _ value: Double?, unit: String? = nil, interval: Interval? = nil, n: Int? = nil,
      better: Direction? = nil, method: String? = nil
    ) {
      self.name = name
      self.value = value
      self.unit = unit
      self.interval = interval
      self.n = n
      self.better = better
      self.method = method
    }

    package var json: JSONValue {
      var object: [String: JSONValue] = ["name": .string(name), "value": Report.number(value)]
      object["unit"] = unit.map { .string($0) }
      if let interval, interval.low.isFinite, interval.high.isFinite {
        object["interval"] = [Report.number(interval.low), Report.number(interval.high)]
        object["method"] = method.map { .string($0) }
      }
      object["n"] = n.map { .int(Int64($0)) }
      object["better"] = better.map { .string($0.rawValue) }
      return .object(object)
    }
  }

  package struct Table: Sendable, Hashable {
    package var title: String
    package var columns: [String]
    package var rows: [[JSONValue]]

    package init(_ title: String, columns: [String], rows: [[JSONValue]]) {
      self.title = title
      self.columns = columns
      self.rows = rows
    }
  }

  package struct Chart: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable { case line, bar, histogram, scatter, heatmap, reliability }

    package var title: String
    package var kind: Kind
    package var x: String
    package var y: String
    /// Each point is [x, y], [x, y, value] for a heat map.
    package var series: [(name: String, points: [[JSONValue]])]

    package init(_ title: String, _ kind: Kind, x: String, y: String, series: [(name: String, points: [[JSONValue]])]) {
      self.title = title
      self.kind = kind
      self.x = x
      self.y = y
      self.series = series
    }

    package static func == (one: Chart, other: Chart) -> Bool { one.json == other.json }
    package func hash(into hasher: inout Hasher) { hasher.combine(json) }

    fileprivate var json: JSONValue {
      [
        "title": .string(title), "type": .string(kind.rawValue), "x": ["label": .string(x)], "y": ["label": .string(y)],
        "series": .array(
          series.map { ["name": .string($0.name), "points": .array($0.points.map { .array($0) })] }),
      ]
    }
  }

  package var title: String
  package var metrics: [Metric] = []
  package var tables: [Table] = []
  package var charts: [Chart] = []
  /// Paragraphs of Markdown.
  package var text: [String] = []

  package init(_ title: String) { self.title = title }

  /// A number of a report; null where there is none.
  package static func number(_ value: Double?) -> JSONValue {
    guard let value, value.isFinite else { return .null }
    return Int64(exactly: value).map { .int($0) } ?? .double(value)
  }

  package var json: JSONValue {
    var object: [String: JSONValue] = ["title": .string(title)]
    if !metrics.isEmpty { object["metrics"] = .array(metrics.map(\.json)) }
    if !tables.isEmpty {
      object["tables"] = .array(
        tables.map {
          [
            "title": .string($0.title), "columns": .array($0.columns.map { .string($0) }),
            "rows": .array($0.rows.map { .array($0) }),
          ]
        })
    }
    if !charts.isEmpty { object["charts"] = .array(charts.map(\.json)) }
    if !text.isEmpty { object["text"] = .string(text.joined(separator: "\n\n")) }
    return .object(object)
  }
}
