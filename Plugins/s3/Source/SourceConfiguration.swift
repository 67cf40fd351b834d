// What the user may set for the source, decoded and checked.
import FileNames
import PluginKit

struct SourceConfiguration: Decodable, Sendable {
  enum Delivery: String, Sendable, CaseIterable { case files, links }

  var connection: Connection
  /// Empty only while a form is being filled in.
  var bucket: String
  var prefix: String
  var include: [Glob]
  var exclude: [Glob]
  var minimumSize: Int64?
  var maximumSize: Int64?
  /// Microseconds since 1970.
  var modifiedAfter: Int64?
  var maximumFiles: Int
  var allowEmpty: Bool
  var incremental: Bool
  var delivery: Delivery
  var linkSeconds: Int
  var parallel: Int
  /// 0: files are never cut into ranges.
  var rangeBytes: Int64
  var ordered: Bool
  var aheadBytes: Int64

  private struct Document: Decodable {
    var bucket: String?
    var prefix: String?
    var include: [String]?
    var exclude: [String]?
    var minimum_size: Int64?
    var maximum_size: Int64?
    var modified_after: String?
    var max_files: Int?
    var allow_empty: Bool?
    var incremental: Bool?
    var deliver: String?
    var link_seconds: Int?
    var parallel: Int?
    var range_size: Int64?
    var ordered: Bool?
    var ahead: Int64?
  }

  init(from decoder: any Decoder) throws {
    connection = try Connection(from: decoder)
    let document = try Document(from: decoder)
    bucket = document.bucket ?? ""
    prefix = try Self.prefix(document.prefix ?? "")
    include = try Glob.list(document.include, at: "/include")
    exclude = try Glob.list(document.exclude, at: "/exclude")
    minimumSize = document.minimum_size
    maximumSize = document.maximum_size
    if let low = minimumSize, let high = maximumSize, low > high {
      throw PluginError.configuration(
        "the largest size (\(high) bytes) is below the smallest (\(low) bytes)", at: "/maximum_size")
    }
    modifiedAfter = try document.modified_after.map(Self.instant)
    allowEmpty = document.allow_empty ?? false
    incremental = document.incremental ?? false
    delivery = try Connection.word(document.deliver, "/deliver", or: .files)
    ordered = document.ordered ?? true
    maximumFiles = try Self.number(document.max_files ?? 1_000_000, 1...Int.max, "/max_files")
    linkSeconds = try Self.number(document.link_seconds ?? 3600, 1...604_800, "/link_seconds")
    parallel = try Self.number(document.parallel ?? 8, 1...64, "/parallel")
    rangeBytes = try Self.number(document.range_size ?? 16 << 20, 0...1 << 40, "/range_size")
    guard rangeBytes == 0 || rangeBytes >= 64 << 10 else {
      throw PluginError.configuration("ranges of less than 64 KiB cost more than they bring", at: "/range_size")
    }
    aheadBytes = try Self.number(document.ahead ?? 2 << 30, 1...1 << 50, "/ahead")
  }

  /// A prefix is not a path: "a//b" is another place than "a/b", and no "/" comes first.
  static func prefix(_ text: String) throws -> String {
    if text.hasPrefix("s3://") {
      throw PluginError.configuration("write what follows the bucket's name, not a URI", at: "/prefix")
    }
    if text.hasPrefix("/") {
      throw PluginError.configuration("keys do not begin with a slash: leave it out", at: "/prefix")
    }
    guard text.utf8.count <= 1024, !text.utf8.contains(0) else {
      throw PluginError.configuration("no key is longer than 1024 bytes or holds a NUL", at: "/prefix")
    }
    return text
  }

  static func number<N: BinaryInteger>(_ value: N, _ range: ClosedRange<N>, _ pointer: String) throws -> N {
    guard range.contains(value) else {
      throw PluginError.configuration(
        "\(value) is not between \(range.lowerBound) and \(range.upperBound)", at: pointer)
    }
    return value
  }

  private static func instant(_ text: String) throws -> Int64 {
    guard let time = Times.microseconds(text.utf8.count == 10 ? "\(text)T00:00:00Z" : text) else {
      throw PluginError.configuration(
        "'\(text)' is not a time: write 2026-01-31 or 2026-01-31T08:00:00Z", at: "/modified_after")
    }
    return time
  }
}
