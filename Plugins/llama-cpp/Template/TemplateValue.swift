// What a template computes with: Python's values, as far as chat templates meet them.
import JSONValue

enum TemplateValue {
  case undefined, null, bool(Bool), int(Int64), double(Double), string(String)
  case list(TemplateList)
  case object(TemplateObject)
  case namespace(TemplateNamespace)
  case macro(TemplateClosure)
  /// A function of ours.
  case builtin(String)
}

/// Values of values are trees of bounded depth: one that contained itself would never be written down or freed.
enum TemplateNesting {
  static let maximum = 64

  static func above(_ values: some Sequence<TemplateValue>) throws -> Int {
    var deepest = 0
    for value in values {
      switch value {
      case .list(let list): deepest = max(deepest, list.nesting)
      case .object(let object): deepest = max(deepest, object.nesting)
      case .namespace, .macro, .builtin: throw TemplateError(words: "it keeps \(value.kind) inside of a value")
      default: break
      }
    }
    guard deepest < maximum else { throw TemplateError(words: "values are nested more than \(maximum) deep") }
    return deepest + 1
  }
}

struct TemplateList {
  let items: [TemplateValue]
  /// Python writes tuples with round brackets.
  let isTuple: Bool
  let nesting: Int

  init(_ items: [TemplateValue], isTuple: Bool = false) throws {
    (self.items, self.isTuple, nesting) = (items, isTuple, try TemplateNesting.above(items))
  }
}

/// Keeps the order in which members were set.
struct TemplateObject {
  let keys: [String]
  private let members: [String: TemplateValue]
  let nesting: Int

  init(_ pairs: [(String, TemplateValue)]) throws {
    var keys: [String] = []
    var members: [String: TemplateValue] = [:]
    for (key, value) in pairs where members.updateValue(value, forKey: key) == nil { keys.append(key) }
    (self.keys, self.members) = (keys, members)
    nesting = try TemplateNesting.above(members.values)
  }

  subscript(key: String) -> TemplateValue? { members[key] }
  var pairs: [(String, TemplateValue)] { keys.map { ($0, members[$0] ?? .undefined) } }
}

/// What `namespace()` makes: the one value that can be changed.
final class TemplateNamespace {
  var members: [String: TemplateValue] = [:]
}

/// A macro and where it was defined: it sees the names of that place.
final class TemplateClosure {
  let macro: TemplateMacro
  let visibleScopes: Int

  init(_ macro: TemplateMacro, visibleScopes: Int) { (self.macro, self.visibleScopes) = (macro, visibleScopes) }
}

extension TemplateValue {
  /// JSON's objects have lost the order of their members; they come sorted.
  init(_ json: JSONValue) throws {
    switch json {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .int(let value): self = .int(value)
    case .double(let value): self = .double(value)
    case .string(let value): self = .string(value)
    case .array(let items): self = .list(try TemplateList(items.map { try TemplateValue($0) }))
    case .object(let members):
      let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      self = .object(try TemplateObject(sorted.map { ($0.key, try TemplateValue($0.value)) }))
    }
  }

  static func list(_ items: [TemplateValue], isTuple: Bool = false) throws -> TemplateValue {
    .list(try TemplateList(items, isTuple: isTuple))
  }

  var string: String? { if case .string(let value) = self { value } else { nil } }
  var int: Int64? { if case .int(let value) = self { value } else { nil } }
  var items: [TemplateValue]? { if case .list(let value) = self { value.items } else { nil } }
  var object: TemplateObject? { if case .object(let value) = self { value } else { nil } }
  var isUndefined: Bool { if case .undefined = self { true } else { false } }

  var isTrue: Bool {
    switch self {
    case .undefined, .null: false
    case .bool(let value): value
    case .int(let value): value != 0
    case .double(let value): value != 0
    case .string(let value): !value.isEmpty
    case .list(let value): !value.items.isEmpty
    case .object(let value): !value.keys.isEmpty
    case .namespace, .macro, .builtin: true
    }
  }

  /// In the words of an error.
  var kind: String {
    switch self {
    case .undefined: "an undefined value"
    case .null: "none"
    case .bool: "a truth value"
    case .int, .double: "a number"
    case .string: "a text"
    case .list: "a list"
    case .object: "an object"
    case .namespace: "a namespace"
    case .macro: "a macro"
    case .builtin(let name): "the function \(name)"
    }
  }

  /// As Python's `==`: numbers by value, true is 1, texts by code points.
  func isEqual(to other: TemplateValue) -> Bool {
    if case .bool(let value) = self, case .bool(let second) = other { return value == second }
    if let value = number, let second = other.number { return value == second }
    switch (self, other) {
    case (.undefined, .undefined), (.null, .null): return true
    case (.string(let value), .string(let second)): return value.utf8.elementsEqual(second.utf8)
    case (.list(let value), .list(let second)):
      return value.isTuple == second.isTuple && value.items.count == second.items.count
        && zip(value.items, second.items).allSatisfy { $0.isEqual(to: $1) }
    case (.object(let value), .object(let second)):
      return value.keys.count == second.keys.count
        && value.pairs.allSatisfy { key, value in second[key].map { value.isEqual(to: $0) } ?? false }
    case (.namespace(let value), .namespace(let second)): return value === second
    case (.macro(let value), .macro(let second)): return value === second
    default: return false
    }
  }

  private var number: Double? {
    switch self {
    case .int(let value): Double(value)
    case .double(let value): value
    case .bool(let value): value ? 1 : 0
    default: nil
    }
  }
}
