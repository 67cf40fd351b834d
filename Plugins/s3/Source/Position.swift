// What the host keeps of a run that committed: which of the notes about seen objects count.
import JSONValue
import PluginKit

/// The notes themselves lie in the pipeline's state, as a position has room for half a million objects only. A run writes
/// where the notes of the last committed one are not, so that those are still there if it fails.
struct Position: Sendable, Hashable {
  enum Place: String, Sendable { case a, b }

  static let version: UInt32 = 1

  var place: Place
  /// Stands in each of the notes: what somebody else has written over them is noticed.
  var tag: UInt64
  /// How many values of the state they take.
  var pages: Int

  /// Where the next run writes.
  static func following(_ position: Position?, pages: Int) -> Position {
    Position(place: position?.place == .a ? .b : .a, tag: .random(in: 0...UInt64.max), pages: pages)
  }

  func key(_ page: Int) -> String { "objects/\(place.rawValue)/\(page)" }
}

extension Position {
  init(version: UInt32, bytes: [UInt8]) throws {
    guard version == Self.version else {
      throw Self.refusal("the position has version \(version), this plugin writes \(Self.version)")
    }
    guard let json = try? JSONValue(parsing: bytes), let place = json["place"]?.string.flatMap(Place.init),
      let tag = json["tag"]?.string.flatMap({ UInt64($0, radix: 16) }), let pages = json["pages"]?.int, pages >= 0
    else { throw Self.refusal("the position is damaged") }
    self.init(place: place, tag: tag, pages: Int(pages))
  }

  var bytes: [UInt8] {
    let json: JSONValue = [
      "place": .string(place.rawValue), "tag": .string(String(tag, radix: 16)), "pages": .int(Int64(pages)),
    ]
    return Array(json.text.utf8)
  }

  static func refusal(_ why: String) -> PluginError {
    PluginError(
      .state, "what earlier runs have noted about seen objects cannot be used: \(why)",
      details: ["next": "Make the node forget it, and read all again: ote pipelines forget NAME --node NODE"])
  }
}
