// What a route answers, before it becomes an HTTP response.
import Foundation
import HTTPTypes
import Hummingbird
import JSONValue
import Model
import NIOCore

struct Answer: Sendable {
  enum Content: Sendable {
    case none
    case json([UInt8])
    case bytes([UInt8], type: String)
    case stream(ResponseBody, type: String)
  }

  var status: Int?
  var content: Content = .none
  var headers: [(String, String)] = []

  static let nothing = Answer()

  init(status: Int? = nil, content: Content = .none, headers: [(String, String)] = []) {
    self.status = status
    self.content = content
    self.headers = headers
  }

  /// Encoded straight to bytes: a detour over values costs more than everything else of a list.
  static func json(_ value: some Encodable, status: Int? = nil, etag: String? = nil) throws -> Answer {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    var answer = Answer(status: status, content: .json(Array(try encoder.encode(value))))
    if let etag { answer.headers.append(("ETag", etag)) }
    return answer
  }

  static func etag(_ text: String) -> String { "\"\(text)\"" }

  /// A page of a list: `next` is null on the last.
  static func page<Item: Encodable>(_ items: [Item], next: String?) throws -> Answer {
    try json(ItemPage(items: items, next: next))
  }

  static func items<Item: Encodable>(_ items: [Item]) throws -> Answer { try json(["items": items]) }
}

struct ItemPage<Item: Encodable>: Encodable {
  var items: [Item]
  var next: String?
  private enum CodingKeys: String, CodingKey { case items, next }
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(items, forKey: .items)
    try container.encode(next, forKey: .next)
  }
}
