// A chat template's tree and its variables into text.
import JSONValue

/// Templates come out of files from anywhere, so every step, every byte made and every level costs.
struct TemplateLimits: Sendable {
  var steps = 4_000_000
  /// Bytes of texts and places in lists that are made or searched, in all.
  var work = 64 << 20
  /// What each byte of the messages may cost beyond that.
  var workPerByte = 256
  /// Blocks, expressions and macros inside of each other.
  var depth = 400
}

final class TemplateRenderer {
  /// The innermost last. A name that is in none is undefined.
  var scopes: [[String: TemplateValue]]
  let limits: TemplateLimits
  let now: Int
  private var output = ""
  private var line = 1
  private var steps = 0
  private var work: Int
  private var depth = 0

  /// What the template itself refuses (raise_exception).
  struct Refusal: Error {
    var words: String
  }

  enum Flow {
    case goesOn, leavesLoop, nextRound
  }

  static let tooMuch = TemplateError(words: "it makes too much text")

  /// `size` is that of the variables, in bytes.
  static func render(
    _ nodes: [TemplateNode], _ variables: [String: TemplateValue], size: Int, now: Int, limits: TemplateLimits
  ) throws -> String {
    let renderer = TemplateRenderer(variables, size, now, limits)
    do { _ = try renderer.run(nodes) } catch let error as TemplateError { throw error.at(renderer.line) }
    return renderer.output
  }

  private init(_ variables: [String: TemplateValue], _ size: Int, _ now: Int, _ limits: TemplateLimits) {
    (scopes, self.limits, self.now) = ([variables], limits, now)
    work = limits.work + limits.workPerByte * size
  }

  // ---- limits

  func charge(_ units: Int) throws {
    guard units <= work else { throw Self.tooMuch }
    work -= units
  }

  func made(_ text: String) throws -> TemplateValue {
    try charge(text.utf8.count)
    return .string(text)
  }

  func made(_ items: [TemplateValue], isTuple: Bool = false) throws -> TemplateValue {
    try charge(16 * items.count)
    return try .list(items, isTuple: isTuple)
  }

  /// Each part may be the same long text, so what comes of them is counted before it is made.
  func joined(_ texts: [String], _ separator: String) throws -> TemplateValue {
    for text in texts { try charge(text.utf8.count + separator.utf8.count) }
    return .string(texts.joined(separator: separator))
  }

  /// What a loop goes through. The parts of texts and objects have to be made.
  func elements(of value: TemplateValue) throws -> [TemplateValue] {
    switch value {
    case .undefined: return []
    case .list(let list): return list.items
    case .string(let text):
      try charge(16 * text.utf8.count)
      return text.unicodeScalars.map { .string(String($0)) }
    case .object(let object):
      try charge(16 * object.keys.count)
      return object.keys.map { .string($0) }
    default: throw TemplateError(words: "it loops over \(value.kind)")
    }
  }

  private func step() throws {
    steps += 1
    guard steps < limits.steps else { throw TemplateError(words: "it does not come to an end") }
  }

  func deeper<Result>(_ body: () throws -> Result) throws -> Result {
    depth += 1
    defer { depth -= 1 }
    guard depth < limits.depth else { throw TemplateError(words: "it calls itself too deeply") }
    try step()
    return try body()
  }

  func text(_ value: TemplateValue) throws -> String {
    if case .string(let text) = value { return text }
    var writer = TemplateWriter(maximum: work)
    try writer.write(value)
    try charge(writer.text.utf8.count)
    return writer.text
  }

  func json(_ value: TemplateValue, _ form: TemplateWriter.JSONForm) throws -> TemplateValue {
    var writer = TemplateWriter(maximum: work)
    try writer.writeJSON(value, form)
    return try made(writer.text)
  }

  // ---- statements

  private func run(_ nodes: [TemplateNode]) throws -> Flow {
    for node in nodes {
      let flow = try deeper {
        line = node.line
        return try run(node.kind)
      }
      if flow != .goesOn { return flow }
    }
    return .goesOn
  }

  private func run(_ kind: TemplateNode.Kind) throws -> Flow {
    switch kind {
    case .text(let text): try write(text)
    case .output(let expression): try write(try text(try value(expression)))
    case .set(let target, let expression): try set(target, try value(expression))
    case .setBlock(let target, let filters, let body):
      try set(target, try filtered(try captured([:], body), filters))
    case .filterBlock(let filters, let body): try write(try text(try filtered(try captured([:], body), filters)))
    case .condition(let branches, let otherwise):
      return try run(try branches.first { try value($0.0).isTrue }?.1 ?? otherwise)
    case .loop(let loop): return try run(loop)
    case .macro(let macro):
      scopes[scopes.count - 1][macro.name] = .macro(TemplateClosure(macro, visibleScopes: scopes.count))
    case .scope(let body): try write(try captured([:], body))
    case .leaveLoop: return .leavesLoop
    case .nextRound: return .nextRound
    }
    return .goesOn
  }

  private func write(_ text: String) throws {
    try charge(text.utf8.count)
    output += text
  }

  /// The text of a body that has names of its own.
  func captured(_ names: [String: TemplateValue], _ body: [TemplateNode]) throws -> String {
    let before = output
    output = ""
    scopes.append(names)
    defer {
      scopes.removeLast()
      output = before
    }
    _ = try run(body)
    return output
  }

  private func filtered(_ text: String, _ filters: [TemplateFilterCall]) throws -> TemplateValue {
    try filters.reduce(try made(text)) { value, call in try filter(call, value) }
  }

  private func set(_ target: TemplateTarget, _ value: TemplateValue) throws {
    switch target {
    case .name(let name): scopes[scopes.count - 1][name] = value
    case .attribute(let of, let name):
      // Only a namespace outlives the loop in which it is set.
      guard case .namespace(let namespace) = variable(of) else {
        throw TemplateError(words: "it sets \(of).\(name), and \(of) is no namespace")
      }
      _ = try TemplateNesting.above([value])
      namespace.members[name] = value
    case .several(let targets):
      let items = try elements(of: value)
      guard items.count == targets.count else {
        throw TemplateError(words: "it takes \(value.kind) of \(items.count) apart into \(targets.count) names")
      }
      for (target, item) in zip(targets, items) { try set(target, item) }
    }
  }

  // ---- loops

  private func run(_ loop: TemplateLoop) throws -> Flow {
    let items = try chosen(loop)
    // As in Jinja, where leaving a round early does not count as having been through it.
    var isThrough = false
    for index in items.indices {
      try step()
      scopes.append(["loop": try place(index, items)])
      defer { scopes.removeLast() }
      try set(loop.target, items[index])
      let flow = try run(loop.body)
      if flow == .leavesLoop { break }
      isThrough = isThrough || flow == .goesOn
    }
    return isThrough ? .goesOn : try run(loop.otherwise)
  }

  private func chosen(_ loop: TemplateLoop) throws -> [TemplateValue] {
    let items = try elements(of: try value(loop.over))
    guard let condition = loop.condition else { return items }
    try charge(16 * items.count)
    return try items.filter { item in
      scopes.append([:])
      defer { scopes.removeLast() }
      try set(loop.target, item)
      return try value(condition).isTrue
    }
  }

  private func place(_ index: Int, _ items: [TemplateValue]) throws -> TemplateValue {
    let count = Int64(items.count)
    var members: [(String, TemplateValue)] = [
      ("index0", .int(Int64(index))), ("index", .int(Int64(index) + 1)), ("length", .int(count)),
      ("revindex", .int(count - Int64(index))), ("revindex0", .int(count - Int64(index) - 1)),
      ("first", .bool(index == 0)), ("last", .bool(index == items.count - 1)), ("depth", .int(1)), ("depth0", .int(0)),
    ]
    if index > 0 { members.append(("previtem", items[index - 1])) }
    if index + 1 < items.count { members.append(("nextitem", items[index + 1])) }
    return .object(try TemplateObject(members))
  }
}
