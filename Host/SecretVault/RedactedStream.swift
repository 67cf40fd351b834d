// Redacts text that arrives in pieces: a value cut in two by the pieces is found all the same.

package struct RedactedStream: Sendable {
  private let redactor: Redactor
  private var waiting: [UInt8] = []

  package init(_ redactor: Redactor) { self.redactor = redactor }

  /// What can be shown now; the last bytes wait while they may be the start of a value.
  package mutating func take(_ piece: some Sequence<UInt8>) -> [UInt8] {
    waiting += piece
    let (shown, rest) = redactor.redact(waiting[...], final: false)
    waiting = Array(rest)
    return shown
  }

  /// The rest, at the end of the text.
  package mutating func finish() -> [UInt8] {
    defer { waiting = [] }
    return redactor.redact(waiting[...], final: true).bytes
  }
}
