// The figures that trainers told step by step, as series to be drawn.
import Foundation
package import JSONValue
import Supervisor
import WorkerProtocol

package enum RunMetrics {
  /// More points than a chart has pixels say nothing.
  private static let pointsMax = 1000

  /// {"node", "name", "unit", "points": [[step, value], ...], "times": [...]} by node and name, in the order of their first
  /// point. Of a longer series every k-th point is kept, the last always. A figure without a step is numbered from 1.
  package static func series(home: String, run: String) -> [JSONValue] {
    let path = RunRecord(home: home, run: run).metricsPath
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [] }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    var order: [String] = []
    var points: [String: [MetricPoint]] = [:]
    for line in text.split(separator: "\n") {
      guard let point = try? decoder.decode(MetricPoint.self, from: Data(line.utf8)) else { continue }
      let key = "\(point.node)\u{0}\(point.name)"
      if points[key] == nil { order.append(key) }
      points[key, default: []].append(point)
    }
    return order.compactMap { points[$0].map(series) }
  }

  private static func series(_ points: [MetricPoint]) -> JSONValue {
    let stride = (points.count + pointsMax - 1) / pointsMax
    let kept = points.indices.filter { $0 % max(1, stride) == 0 || $0 == points.count - 1 }
    var object: [String: JSONValue] = [
      "node": .string(points[0].node), "name": .string(points[0].name),
      // What is not finite has no place in a chart, and none in JSON.
      "points": .array(
        kept.filter { points[$0].value.isFinite }.map {
          [.int(points[$0].step ?? Int64($0 + 1)), .double(points[$0].value)]
        }),
      "last_at": .string(points[points.count - 1].at),
    ]
    object["unit"] = points[0].unit.map { .string($0) }
    return .object(object)
  }
}
