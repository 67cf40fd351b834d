// A file's bytes.
import Foundation

enum FileContents {
  static func read(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }
}
