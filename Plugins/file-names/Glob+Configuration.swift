// Patterns as a configuration lists them.
internal import PluginKit

extension Glob {
  /// Throws `PluginError`, which points at the pattern that cannot be used; `pointer` leads to the list.
  package static func list(_ patterns: [String]?, at pointer: String) throws -> [Glob] {
    try (patterns ?? []).enumerated().map { index, text in
      do throws(Malformed) { return try Glob(text) } catch {
        throw PluginError.configuration(
          "the pattern '\(text)' is not usable: \(error.reason)", at: "\(pointer)/\(index)")
      }
    }
  }
}
