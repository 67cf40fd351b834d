// Why a manifest cannot be used: the file, the line where it is known, the key, and words to act on.

/// One mistake in a manifest. Reading stops at the first: what follows it can rarely be trusted.
public struct ManifestError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file as the caller named it.
  public var file: String
  /// Counted from 1; nil where the format's parser keeps no positions.
  public var line: Int?
  /// The key, written with dots from the top of the document (`spec.limits.memory`); empty for the whole document.
  public var key: String
  /// What is wrong and what would be right, without a full stop.
  public var message: String

  public init(file: String, line: Int? = nil, key: String = "", message: String) {
    self.file = file
    self.line = line
    self.key = key
    self.message = message
  }

  public var description: String {
    let place = line.map { "\(file):\($0)" } ?? file
    return key.isEmpty ? "\(place): \(message)" : "\(place): \(key): \(message)"
  }
}
