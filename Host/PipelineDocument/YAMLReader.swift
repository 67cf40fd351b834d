// YAML (and with it JSON) text to values with positions, within the limits of a document.
import Model
import Yams

struct YAMLReader {
  private let source: SourceText
  private var values = 0
  private var bytes = 0

  static func read(_ source: SourceText) throws(Problem) -> DocumentValue {
    let root: Yams.Node?
    do {
      // No resolver: its rules are those of YAML 1.1, and each costs a regular expression per scalar.
      root = try Parser(yaml: source.text, resolver: .basic, constructor: .default, encoding: .utf8).singleRoot()
    } catch let error as YamlError {
      throw SyntaxProblem(source: source).problem(for: error)
    } catch {
      throw Problem(.documentSyntax, "\(error)", at: ProblemLocation(file: source.file))
    }
    guard let root else {
      throw Problem(
        .documentSyntax, "The document is empty.", at: ProblemLocation(file: source.file, line: 1),
        next: "Start it with apiVersion: opentrusteval/v1 and kind: Pipeline.")
    }
    var reader = YAMLReader(source: source)
    return try reader.value(of: root, depth: 0)
  }

  private init(source: SourceText) { self.source = source }

  private mutating func value(of node: Yams.Node, depth: Int) throws(Problem) -> DocumentValue {
    let position = TextPosition(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    values += 1
    guard values <= DocumentLimits.values else { throw tooLarge("more than \(DocumentLimits.values) values", position) }
    guard depth <= DocumentLimits.depth else {
      throw tooLarge("mappings and lists nested more than \(DocumentLimits.depth) deep", position)
    }
    switch node {
    case .scalar(let scalar):
      return DocumentValue(content: try content(of: scalar, at: position), position: position)
    case .sequence(let sequence):
      try refuseTag(sequence.tag, at: position)
      var items: [DocumentValue] = []
      items.reserveCapacity(sequence.count)
      for item in sequence { items.append(try value(of: item, depth: depth + 1)) }
      return DocumentValue(content: .array(items), position: position)
    case .mapping(let mapping):
      try refuseTag(mapping.tag, at: position)
      var entries: [DocumentValue.Entry] = []
      entries.reserveCapacity(mapping.count)
      for (key, value) in mapping { entries.append(try entry(key, value, depth: depth)) }
      return DocumentValue(content: .object(entries), position: position)
    case .alias:
      throw Problem(.documentSyntax, "An alias stands for nothing.", at: location(position))
    }
  }

  private mutating func entry(
    _ key: Yams.Node, _ value: Yams.Node, depth: Int
  ) throws(Problem) -> DocumentValue.Entry {
    let position = TextPosition(line: key.mark?.line ?? 1, column: key.mark?.column ?? 1)
    guard case .scalar(let name) = key else {
      throw Problem(.documentSyntax, "A key is not a plain text.", at: location(position), next: "Write a text as key.")
    }
    bytes += name.string.utf8.count
    return DocumentValue.Entry(
      key: name.string, keyPosition: position, value: try self.value(of: value, depth: depth + 1))
  }

  private mutating func content(
    of scalar: Yams.Node.Scalar, at position: TextPosition
  ) throws(Problem) -> DocumentValue.Content {
    bytes += scalar.string.utf8.count
    guard bytes <= DocumentLimits.expandedBytes else {
      throw tooLarge("more than \(DocumentLimits.expandedBytes) bytes of text once aliases are replaced", position)
    }
    switch scalar.tag.rawValue {
    case "" where scalar.style == .plain:
      guard let content = ScalarResolution.content(ofPlain: scalar.string) else {
        throw Problem(
          .wrongType, "'\(scalar.string)' is a number that JSON does not have.", at: location(position),
          next: "Write a finite number, or a text in quotes.")
      }
      return content
    case "", "tag:yaml.org,2002:str": return .string(scalar.string)
    default:
      try refuseTag(scalar.tag, at: position)
      return .string(scalar.string)
    }
  }

  private func refuseTag(_ tag: Tag, at position: TextPosition) throws(Problem) {
    let known = ["", "tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"]
    guard !known.contains(tag.rawValue) else { return }
    throw Problem(
      .documentSyntax, "The YAML tag '\(shortened(tag.rawValue))' has no meaning here.", at: location(position),
      next: "Remove the tag; quotes make a text of any value.")
  }

  private func tooLarge(_ what: String, _ position: TextPosition) -> Problem {
    Problem(.documentTooLarge, "The document has \(what).", at: location(position))
  }

  private func location(_ position: TextPosition) -> ProblemLocation {
    ProblemLocation(file: source.file, line: position.line, column: position.column)
  }
}
