// Refuses documents whose YAML aliases would multiply, before the parser sees them.
//
// The parser hashes whole keys to find duplicates, and a key may be an alias of nested aliases: it would visit
// exponentially many values, and nothing could stop it. So the growth is bounded on the text alone: an anchored
// value ends before its first alias, hence has at most the weight of the text in between, aliases replaced.
import Model

struct AliasExpansionCheck {
  let bytes: [UInt8]
  let file: String?
  /// Bytes so far, each alias counted as what it stands for at most.
  private var weight = 0
  private var starts: [ArraySlice<UInt8>: Int] = [:]
  private var sizes: [ArraySlice<UInt8>: Int] = [:]
  private var repeated: Set<ArraySlice<UInt8>> = []

  init(bytes: [UInt8], file: String?) {
    self.bytes = bytes
    self.file = file
  }

  /// Takes every `&name` for an anchor and every `*name` for an alias, also within texts and comments: a name
  /// counts only where both are found, and a bound may be too high, never too low.
  mutating func run() throws(Problem) {
    var index = 0
    while index < bytes.count {
      let sign = bytes[index]
      index += 1
      weight += 1
      guard sign == UInt8(ascii: "&") || sign == UInt8(ascii: "*") else { continue }
      let end = bytes[index...].firstIndex { !Self.isNameByte($0) } ?? bytes.count
      guard end > index else { continue }
      let name = bytes[index..<end]
      if sign == UInt8(ascii: "&") {
        if starts.updateValue(weight, forKey: name) != nil { repeated.insert(name) }
      } else if let start = starts[name] {
        try expand(name, from: start, at: index)
      }
    }
  }

  private mutating func expand(_ name: ArraySlice<UInt8>, from start: Int, at index: Int) throws(Problem) {
    let spelled = String(decoding: name, as: UTF8.self)
    if repeated.contains(name) {
      throw problem(.duplicateName, "The anchor '&\(spelled)' is defined more than once.", at: index)
    }
    let size = sizes[name] ?? weight - start
    sizes[name] = size
    weight += size
    guard weight <= DocumentLimits.expandedBytes else {
      throw problem(
        .documentTooLarge,
        "The document could grow beyond \(DocumentLimits.expandedBytes) bytes once aliases like '*\(spelled)' are "
          + "replaced.", at: index)
    }
  }

  private func problem(_ code: ProblemCode, _ detail: String, at index: Int) -> Problem {
    let line = bytes[..<index].count { $0 == UInt8(ascii: "\n") } + 1
    return Problem(
      code, detail, at: ProblemLocation(file: file, line: line),
      next: "Use fewer aliases, and define an anchor right before its first use.")
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: "-")
  }
}
