// One span, and how OTLP writes it in JSON (opentelemetry-proto, trace/v1).
import Glibc
package import JSONValue

package struct Span: Sendable {
  /// OTLP's numbers.
  package enum Kind: Int64, Sendable { case `internal` = 1, server = 2 }

  package let context: TraceContext
  package var parent: UInt64?
  package var name: String
  package var kind: Kind
  /// Nanoseconds since 1970.
  package var start: UInt64
  package var end: UInt64
  /// Only text, numbers and truth values; null is left out.
  package var attributes: [String: JSONValue]
  /// Another trace that led to this one.
  package var link: TraceContext?
  /// What went wrong; nil where nothing did.
  package var failure: String?

  package init(
    _ name: String, context: TraceContext, parent: UInt64? = nil, kind: Kind = .internal, start: UInt64,
    end: UInt64, attributes: [String: JSONValue] = [:], link: TraceContext? = nil, failure: String? = nil
  ) {
    self.context = context
    self.parent = parent
    self.name = name
    self.kind = kind
    self.start = start
    self.end = end
    self.attributes = attributes
    self.link = link
    self.failure = failure
  }

  package static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// A fresh id; zero means none.
  package static func newID() -> UInt64 { .random(in: 1 ... .max) }

  var json: JSONValue {
    var object: [String: JSONValue] = [
      "traceId": .string(context.trace.hex), "spanId": .string(hexadecimal(context.span)), "name": .string(name),
      "kind": .int(kind.rawValue), "startTimeUnixNano": .string(String(start)),
      "endTimeUnixNano": .string(String(max(start, end))), "attributes": Self.attributes(attributes),
    ]
    if let parent { object["parentSpanId"] = .string(hexadecimal(parent)) }
    if let link {
      object["links"] = [["traceId": .string(link.trace.hex), "spanId": .string(hexadecimal(link.span))]]
    }
    if let failure { object["status"] = ["code": 2, "message": .string(failure)] }
    return .object(object)
  }

  static func attributes(_ attributes: [String: JSONValue]) -> JSONValue {
    .array(
      attributes.sorted { $0.key < $1.key }.compactMap { key, value in
        let typed: JSONValue
        switch value {
        case .string: typed = ["stringValue": value]
        case .bool: typed = ["boolValue": value]
        // 64-bit integers stand as text in Protobuf's JSON.
        case .int(let number): typed = ["intValue": .string(String(number))]
        case .double: typed = ["doubleValue": value]
        case .null, .array, .object: return nil
        }
        return ["key": .string(key), "value": typed]
      })
  }
}
