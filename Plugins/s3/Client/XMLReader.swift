// The little of XML that S3 answers with: elements, text, entities. Bounded, and without anything that reaches outside.
import PluginKit

struct XMLElement {
  var name: String
  var text = ""
  var children: [XMLElement] = []

  func child(_ name: String) -> XMLElement? { children.first { $0.name == name } }
  func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }
  /// The text of a child, nil where there is none.
  subscript(_ name: String) -> String? { child(name)?.text }
}

struct XMLReader {
  struct Malformed: Error { var reason: String }

  private static let maximumDepth = 32
  private let bytes: [UInt8]
  private var at = 0

  /// The root element. Attributes are passed over, prefixes of names too; a DOCTYPE is refused.
  static func parse(_ bytes: [UInt8]) throws(Malformed) -> XMLElement {
    guard String(validating: bytes, as: UTF8.self) != nil else { throw Malformed(reason: "it is not UTF-8") }
    var reader = XMLReader(bytes: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes)
    try reader.skipMisc()
    let root = try reader.element(depth: 0)
    try reader.skipMisc()
    guard reader.at == reader.bytes.count else { throw Malformed(reason: "there is more after its end") }
    return root
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private func sees(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    return at + count <= bytes.count && (0..<count).allSatisfy { bytes[at + $0] == text.utf8Start[$0] }
  }

  private mutating func skip(past end: StaticString) throws(Malformed) {
    while at < bytes.count {
      if sees(end) {
        at += end.utf8CodeUnitCount
        return
      }
      at += 1
    }
    throw Malformed(reason: "it is cut")
  }

  private mutating func skipSpace() {
    while at < bytes.count, bytes[at] == 0x20 || (0x09...0x0D).contains(bytes[at]) { at += 1 }
  }

  /// Space, comments and instructions around the root.
  private mutating func skipMisc() throws(Malformed) {
    while true {
      skipSpace()
      if sees("<?") { try skip(past: "?>") } else if sees("<!--") { try skip(past: "-->") } else { return }
    }
  }

  private mutating func element(depth: Int) throws(Malformed) -> XMLElement {
    guard depth < Self.maximumDepth else { throw Malformed(reason: "it is nested too deeply") }
    guard at < bytes.count, bytes[at] == 0x3C else { throw Malformed(reason: "no element begins where one should") }
    at += 1
    var result = XMLElement(name: try name())
    if try endOfTag() { return result }
    var text: [UInt8] = []
    while true {
      guard at < bytes.count else { throw Malformed(reason: "it is cut") }
      if sees("</") {
        at += 2
        guard try name() == result.name else { throw Malformed(reason: "its tags do not match") }
        skipSpace()
        guard sees(">") else { throw Malformed(reason: "a tag is not closed") }
        at += 1
        result.text = String(decoding: text, as: UTF8.self)
        return result
      }
      if sees("<!--") {
        try skip(past: "-->")
      } else if sees("<?") {
        try skip(past: "?>")
      } else if sees("<![CDATA[") {
        let start = at + 9
        try skip(past: "]]>")
        text += bytes[start..<(at - 3)]
      } else if bytes[at] == 0x3C {
        result.children.append(try element(depth: depth + 1))
      } else if bytes[at] == 0x26 {
        text += try entity().utf8
      } else {
        text.append(bytes[at])
        at += 1
      }
    }
  }

  /// A name without its prefix.
  private mutating func name() throws(Malformed) -> String {
    let start = at
    while at < bytes.count, isNameByte(bytes[at]) { at += 1 }
    guard at > start else { throw Malformed(reason: "a tag has no name") }
    let whole = bytes[start..<at]
    return String(decoding: whole[(whole.lastIndex(of: 0x3A).map { $0 + 1 } ?? start)...], as: UTF8.self)
  }

  private func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x3A, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x80...: true
    default: false
    }
  }

  /// Passes over attributes. True for an element that ends at once: <Name/>.
  private mutating func endOfTag() throws(Malformed) -> Bool {
    while at < bytes.count {
      switch bytes[at] {
      case 0x3E:
        at += 1
        return false
      case 0x2F where sees("/>"):
        at += 2
        return true
      case 0x22:
        at += 1
        try skip(past: "\"")
      case 0x27:
        at += 1
        try skip(past: "'")
      case 0x3C: throw Malformed(reason: "a tag is not closed")
      default: at += 1
      }
    }
    throw Malformed(reason: "it is cut")
  }

  private mutating func entity() throws(Malformed) -> String {
    guard let end = bytes[at...].prefix(12).firstIndex(of: 0x3B) else {
      throw Malformed(reason: "an entity is not closed")
    }
    let word = String(decoding: bytes[(at + 1)..<end], as: UTF8.self)
    at = end + 1
    switch word {
    case "lt": return "<"
    case "gt": return ">"
    case "amp": return "&"
    case "quot": return "\""
    case "apos": return "'"
    default:
      let number =
        word.hasPrefix("#x")
        ? UInt32(word.dropFirst(2), radix: 16) : word.hasPrefix("#") ? UInt32(word.dropFirst()) : nil
      guard let scalar = number.flatMap(Unicode.Scalar.init) else {
        throw Malformed(reason: "it has an unknown entity")
      }
      return String(Character(scalar))
    }
  }
}
