// What the user may set for the sink, decoded and checked.
import PluginKit

struct SinkConfiguration: Decodable, Sendable {
  /// What happens to a key that is already there.
  enum Overwrite: String, Sendable, CaseIterable { case fail, replace, skip }

  var connection: Connection
  /// Empty only while a form is being filled in.
  var bucket: String
  var prefix: String
  var overwrite: Overwrite
  var keepFolders: Bool
  var partBytes: Int64
  var parallel: Int
  var storageClass: String?

  private struct Document: Decodable {
    var bucket: String?
    var prefix: String?
    var overwrite: String?
    var keep_folders: Bool?
    var part_size: Int64?
    var parallel: Int?
    var storage_class: String?
  }

  init(from decoder: any Decoder) throws {
    connection = try Connection(from: decoder)
    let document = try Document(from: decoder)
    bucket = document.bucket ?? ""
    prefix = try SourceConfiguration.prefix(document.prefix ?? "")
    overwrite = try Connection.word(document.overwrite, "/overwrite", or: .fail)
    keepFolders = document.keep_folders ?? true
    // S3 takes no smaller parts but the last, and none larger.
    partBytes = try SourceConfiguration.number(document.part_size ?? 16 << 20, 5 << 20...5 << 30, "/part_size")
    parallel = try SourceConfiguration.number(document.parallel ?? 4, 1...64, "/parallel")
    storageClass = document.storage_class.flatMap { $0.isEmpty ? nil : $0 }
    guard storageClass?.utf8.allSatisfy({ (0x41...0x5A).contains($0) || $0 == 0x5F }) ?? true else {
      throw PluginError.configuration("a storage class is a word such as STANDARD_IA", at: "/storage_class")
    }
  }
}
