// The configuration of the check: a list of rules and the limits around them.
import JSONValue
import PluginKit

struct CheckConfiguration: Decodable, Sendable {
  var title: String?
  var rules: [Rule]
  /// In bytes; nil lets the run's own limit decide.
  var memoryLimit: Int?

  /// A configuration with more rules than this is taken for a mistake.
  static let maximumRules = 10_000

  init(from decoder: any Decoder) throws { try self.init(JSONValue(from: decoder)) }

  init(_ document: JSONValue) throws {
    guard let object = document.object else {
      throw PluginError.configuration("the configuration must be an object with 'rules'", at: "")
    }
    let known = ["title", "rules", "memory_limit_mib"]
    for key in object.keys.sorted() where !known.contains(key) {
      throw PluginError.configuration("there is no '\(key)'\(NearestName.hint(key, among: known))", at: "/\(key)")
    }
    title = object["title"]?.string
    guard let list = object["rules"]?.array, !list.isEmpty else {
      throw PluginError.configuration("'rules' must be a list of at least one rule", at: "/rules")
    }
    guard list.count <= CheckConfiguration.maximumRules else {
      throw PluginError.configuration(
        "\(list.count) rules; the limit is \(CheckConfiguration.maximumRules)", at: "/rules")
    }
    var rules: [Rule] = []
    for (index, rule) in list.enumerated() { rules.append(try Rule(rule, index: index)) }
    self.rules = rules
    if let limit = object["memory_limit_mib"], !limit.isNull {
      guard let mib = limit.int, (1...(1 << 30)).contains(mib) else {
        throw PluginError.configuration(
          "memory_limit_mib is \(limit.text); it must be 1 or more", at: "/memory_limit_mib")
      }
      memoryLimit = Int(mib) << 20
    }
  }
}

extension Rule {
  private static let words = [
    "not_null", "unique", "in_set", "not_in_set", "range", "regex", "length", "row_count", "columns", "type",
    "freshness", "referential", "monotone",
  ]

  init(_ value: JSONValue, index: Int) throws {
    guard let object = value.object else {
      throw PluginError.configuration(
        "a rule is an object such as {\"rule\": \"not_null\", \"column\": \"id\"}", at: "/rules/\(index)")
    }
    guard let word = object["rule"]?.string, Rule.words.contains(word) else {
      let given = object["rule"]?.string ?? ""
      let hint = NearestName.hint(given, among: Rule.words)
      throw PluginError.configuration(
        given.isEmpty ? "'rule' is missing: it says what to check" : "there is no rule '\(given)'\(hint)",
        at: "/rules/\(index)/rule")
    }
    let reader = RuleReader(index: index, word: word, object: object)
    self.index = index
    self.word = word
    severity = try reader.severity()
    title = try reader.text("title")
    allowance = try reader.allowance()
    kind = try Rule.kind(word, reader)
    switch kind {
    case .rowCount, .columns, .type, .freshness:
      if allowance != .none {
        let key = reader["at_most"] != nil ? "at_most" : "at_most_rows"
        throw reader.problem("\(word) judges the table as a whole, so no rows can be allowed to fail", key)
      }
    default: break
    }
  }

  private static func kind(_ word: String, _ reader: RuleReader) throws -> Kind {
    switch word {
    case "not_null":
      try reader.refuseUnknown(["column"])
      return .notNull(column: try reader.column())
    case "unique":
      try reader.refuseUnknown(["column", "columns"])
      return .unique(columns: try reader.columns())
    case "in_set", "not_in_set":
      try reader.refuseUnknown(["column", "values"])
      return .membership(column: try reader.column(), values: try values(reader), isMember: word == "in_set")
    case "range": return try range(reader)
    case "regex":
      try reader.refuseUnknown(["column", "pattern"])
      return .regex(column: try reader.column(), pattern: try pattern(reader))
    case "length":
      try reader.refuseUnknown(["column", "min", "max"])
      let (low, high) = try limits(reader)
      return .length(column: try reader.column(), min: low, max: high)
    case "row_count": return try rowCount(reader)
    case "columns": return try columnList(reader)
    case "type":
      try reader.refuseUnknown(["column", "type"])
      return .type(column: try reader.column(), types: try types(reader))
    case "freshness": return try freshness(reader)
    case "referential": return try referential(reader)
    default:
      try reader.refuseUnknown(["column", "direction", "strict"])
      return .monotone(
        column: try reader.column(), direction: try reader.choice("direction", Direction.self) ?? .increasing,
        strict: try reader.flag("strict") ?? false)
    }
  }

  private static func values(_ reader: RuleReader) throws -> [JSONValue] {
    guard let list = reader["values"]?.array else {
      throw reader.problem("the rule \(reader.word) needs 'values', a list", "values")
    }
    if list.isEmpty { throw reader.problem("the list of values is empty", "values") }
    for (position, value) in list.enumerated() where value.isNull || value.array != nil || value.object != nil {
      let hint = value.isNull ? "; nulls are not judged here, use not_null for them" : ""
      throw reader.problem("\(reader.shown(value)) is not a single value\(hint)", "values", position)
    }
    return list
  }

  private static func range(_ reader: RuleReader) throws -> Kind {
    try reader.refuseUnknown(["column", "min", "max", "exclusive"])
    let column = try reader.column()
    let (low, high) = (reader["min"], reader["max"])
    if low == nil, high == nil { throw reader.problem("the rule range needs 'min', 'max' or both", "min") }
    return .range(column: column, min: low, max: high, exclusive: try reader.flag("exclusive") ?? false)
  }

  private static func pattern(_ reader: RuleReader) throws -> Pattern {
    guard let text = try reader.text("pattern") else {
      throw reader.problem("the rule regex needs 'pattern'", "pattern")
    }
    do throws(Pattern.Malformed) {
      return try Pattern(text)
    } catch {
      throw reader.problem("the pattern '\(text)' is not usable: \(error.reason)", "pattern")
    }
  }

  private static func limits(_ reader: RuleReader) throws -> (Int64?, Int64?) {
    let (low, high) = (try reader.integer("min"), try reader.integer("max"))
    if let low, let high, low > high { throw reader.problem("max (\(high)) is below min (\(low))", "max") }
    if low == nil, high == nil, reader["equals"] == nil {
      throw reader.problem("the rule \(reader.word) needs 'min', 'max' or both", "min")
    }
    return (low, high)
  }

  private static func rowCount(_ reader: RuleReader) throws -> Kind {
    try reader.refuseUnknown(["min", "max", "equals"])
    let equals = try reader.integer("equals")
    let (low, high) = try limits(reader)
    if equals != nil, low != nil || high != nil {
      throw reader.problem("write 'equals' or 'min' and 'max', not both", "equals")
    }
    return .rowCount(min: low, max: high, equals: equals)
  }

  private static func columnList(_ reader: RuleReader) throws -> Kind {
    try reader.refuseUnknown(["names", "types", "match"])
    var names = try reader.names("names") ?? []
    var types: [String: TypeName] = [:]
    if let value = reader["types"] {
      guard let object = value.object else {
        throw reader.problem("types is \(reader.shown(value)); it must be an object of column names and types", "types")
      }
      for (name, type) in object.sorted(by: { $0.key < $1.key }) {
        types[name] = try typeName(type, reader, "types/\(name)")
        if !names.contains(name) { names.append(name) }
      }
    }
    if names.isEmpty { throw reader.problem("the rule columns needs 'names' or 'types'", "names") }
    return .columns(names: names, types: types, match: try reader.choice("match", ColumnMatch.self) ?? .contains)
  }

  private static func types(_ reader: RuleReader) throws -> [TypeName] {
    guard let value = reader["type"] else { throw reader.problem("the rule type needs 'type'", "type") }
    guard let list = value.array else { return [try typeName(value, reader, "type")] }
    if list.isEmpty { throw reader.problem("the list of types is empty", "type") }
    return try list.enumerated().map { try typeName($0.element, reader, "type/\($0.offset)") }
  }

  private static func typeName(_ value: JSONValue, _ reader: RuleReader, _ key: String) throws -> TypeName {
    let place = "/rules/\(reader.index)/\(key)"
    guard let text = value.string else {
      throw PluginError.configuration("\(reader.shown(value)) is not a type name", at: place)
    }
    guard let name = TypeName(text) else {
      let hint = NearestName.hint(text, among: TypeName.examples)
      throw PluginError.configuration("there is no type '\(text)'\(hint)", at: place)
    }
    return name
  }

  private static func freshness(_ reader: RuleReader) throws -> Kind {
    try reader.refuseUnknown(["column", "within", "now"])
    let column = try reader.column()
    guard let text = try reader.text("within"), let within = TimeText.span(text), within > 0 else {
      let given = reader["within"].map { "within is \(reader.shown($0)); " } ?? ""
      throw reader.problem("\(given)write a span such as \"24h\", \"90m\" or \"7d\"", "within")
    }
    var now: Int128?
    if let text = try reader.text("now") {
      now = TimeText.instant(text)
      if now == nil { throw reader.problem("now is '\(text)'; write a time such as \"2026-01-31T08:00:00Z\"", "now") }
    }
    return .freshness(column: column, within: within, now: now)
  }

  private static func referential(_ reader: RuleReader) throws -> Kind {
    try reader.refuseUnknown(["column", "columns", "to", "to_columns"])
    let columns = try reader.columns()
    let target = try reader.names("to_columns") ?? columns
    if target.count != columns.count {
      throw reader.problem("\(columns.count) columns refer to \(target.count); the counts must be equal", "to_columns")
    }
    return .referential(columns: columns, to: try reader.text("to"), toColumns: target)
  }
}
