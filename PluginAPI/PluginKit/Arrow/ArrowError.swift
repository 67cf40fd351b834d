// What is wrong with an Arrow schema, array or stream.

/// Arrow data that breaks the format, or a value that does not fit its column. Whoever made the data is to blame.
public struct ArrowError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong and where, in words.
  public var message: String

  public init(message: String) { self.message = message }
  init(_ message: String) { self.message = message }

  public var description: String { message }
}
