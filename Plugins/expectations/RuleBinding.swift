// Matches rules to the columns of a table: what is wrong shows here, before any row flows.
import JSONValue
import PluginKit

struct RuleBinding {
  let table: Schema
  let references: [(name: String, schema: Schema)]
  let budget: MemoryBudget
  /// Start of the run in nanoseconds since 1970.
  let runStart: Int128

  func evaluation(_ rule: Rule) throws -> any Evaluation {
    switch rule.kind {
    case .notNull(let name): return NotNullEvaluation(rule, column: try column(name, rule))
    case .unique(let names):
      let (columns, families) = try keys(names, in: table, of: rule, key: keyName(rule))
      return UniqueEvaluation(rule, keys: RowKeys(columns: columns, families: families), budget: budget)
    case .membership(let name, let values, let isMember): return try membership(rule, name, values, isMember)
    case .range(let name, let low, let high, let exclusive): return try range(rule, name, low, high, exclusive)
    case .regex(let name, let pattern):
      let (column, _) = try column(name, rule, needs: "text") { $0 == .text }
      return ValueEvaluation(
        rule, column: column, test: PatternTest(matcher: PatternMatcher(pattern)), good: "match \(pattern.text)",
        bad: "do not match \(pattern.text)")
    case .length(let name, let low, let high): return try length(rule, name, low, high)
    case .rowCount(let low, let high, let equals):
      return RowCountEvaluation(rule, low: equals ?? low, high: equals ?? high)
    case .columns(let names, let types, let match):
      return SchemaEvaluation.columns(rule, table, names: names, types: types, match: match)
    case .type(let name, let types):
      return SchemaEvaluation.type(rule, table.fields[try column(name, rule)], types)
    case .freshness(let name, let within, let now): return try freshness(rule, name, within, now)
    case .referential(let names, let target, let toColumns): return try referential(rule, names, target, toColumns)
    case .monotone(let name, let direction, let strict):
      let (column, family) = try column(name, rule, needs: "numbers, dates, times or text") {
        $0.isOrdered || $0 == .text || $0 == .binary
      }
      return MonotoneEvaluation(rule, column: column, family: family, direction: direction, strict: strict)
    }
  }

  // MARK: columns

  private func column(_ name: String, _ rule: Rule) throws -> Int {
    try column(name, in: table, of: rule, key: "column")
  }

  private func column(_ name: String, in schema: Schema, of rule: Rule, key: String, input: String? = nil) throws -> Int
  {
    if let index = schema.index(of: name) { return index }
    let place = input.map { " in '\($0)'" } ?? ""
    throw rule.error("no column '\(name)'\(place)\(NearestName.hint(name, among: schema.fields.map(\.name)))", at: key)
  }

  private func column(
    _ name: String, _ rule: Rule, needs: String, where fits: (ColumnFamily) -> Bool
  ) throws -> (Int, ColumnFamily) {
    let index = try column(name, rule)
    let type = table.fields[index].type
    let family = ColumnFamily(type)
    // A column that is always null has nothing to judge: every rule about values holds.
    guard fits(family) || family == .null else {
      let hint = family == .text && needs.contains("number") ? ". Cast it in an SQL stage first" : ""
      throw rule.error("the rule \(rule.word) needs \(needs); '\(name)' is \(type)\(hint)", at: "column")
    }
    return (index, family)
  }

  /// Where the rule's columns stand in the configuration.
  private func keyName(_ rule: Rule) -> (Int) -> String {
    { rule.columns.count == 1 ? "columns" : "columns/\($0)" }
  }

  private func keys(
    _ names: [String], in schema: Schema, of rule: Rule, key: (Int) -> String, input: String? = nil
  ) throws -> ([Int], [ColumnFamily]) {
    var columns: [Int] = []
    var families: [ColumnFamily] = []
    for (position, name) in names.enumerated() {
      let index = try column(name, in: schema, of: rule, key: key(position), input: input)
      let family = ColumnFamily(schema.fields[index].type)
      guard family != .other else {
        throw rule.error(
          "the rule \(rule.word) cannot compare \(schema.fields[index].type) ('\(name)')", at: key(position))
      }
      columns.append(index)
      families.append(family)
    }
    return (columns, families)
  }

  // MARK: rules with values

  private func membership(
    _ rule: Rule, _ name: String, _ values: [JSONValue], _ isMember: Bool
  ) throws -> any Evaluation {
    let (index, family) = try column(name, rule, needs: "single values") { $0 != .other }
    let (good, bad) = isMember ? ("are in the list", "are not in the list") : ("avoid the list", "are in the list")
    func unusable(_ position: Int) -> PluginError {
      rule.error(
        "\(values[position].text) does not fit '\(name)', which is \(table.fields[index].type): \(family.hint)",
        at: "values/\(position)")
    }
    switch family {
    case .text, .binary:
      let bytes = try values.enumerated().map { position, value in
        guard let text = value.string else { throw unusable(position) }
        return Array(text.utf8)
      }
      let test = ByteSetTest(values: ByteSet(bytes), isMember: isMember)
      return ValueEvaluation(rule, column: index, test: test, good: good, bad: bad)
    case .float:
      let numbers = try values.enumerated().map { position, value in
        guard let number = family.double(value) else { throw unusable(position) }
        return isSingle(index) ? Double(Float(number)) : number
      }
      return ValueEvaluation(
        rule, column: index, test: DoubleSetTest(values: Set(numbers), isMember: isMember), good: good, bad: bad)
    default:
      var integers: Set<Int128> = []
      for (position, value) in values.enumerated() {
        let number = family == .boolean ? value.bool.map { $0 ? 1 : 0 } : family.integer(value, .down)
        guard family == .null || number != nil else { throw unusable(position) }
        // A value between two steps of the column, such as 1.5 for integers, equals none of its values.
        if let exact = family == .boolean ? number : family.exactInteger(value) { integers.insert(exact) }
      }
      return ValueEvaluation(
        rule, column: index, test: IntegerSetTest(integers, isMember: isMember), good: good, bad: bad)
    }
  }

  /// A float32 holds 0.1 as another number than a double does: the list is rounded as the column was.
  private func isSingle(_ index: Int) -> Bool {
    switch table.fields[index].type {
    case .float32, .dictionary(_, .float32, _): true
    default: false
    }
  }

  private func range(
    _ rule: Rule, _ name: String, _ low: JSONValue?, _ high: JSONValue?, _ exclusive: Bool
  ) throws -> any Evaluation {
    let (index, family) = try column(name, rule, needs: "numbers, dates or times", where: \.isOrdered)
    func unusable(_ value: JSONValue?, _ key: String) -> PluginError {
      rule.error(
        "\(key) is \(value?.text ?? ""), which does not fit '\(name)' (\(table.fields[index].type)): \(family.hint)",
        at: key)
    }
    let ends = [
      low.map { exclusive ? "above \(plain($0))" : "\(plain($0)) or more" },
      high.map { exclusive ? "below \(plain($0))" : "\(plain($0)) or less" },
    ]
    let words = ends.compactMap(\.self).joined(separator: " and ")
    if family == .float {
      let from = try low.map { value in try family.double(value) ?? { throw unusable(value, "min") }() }
      let to = try high.map { value in try family.double(value) ?? { throw unusable(value, "max") }() }
      if let from, let to, from > to { throw rule.error("max is below min: no value can pass", at: "max") }
      let test = DoubleRangeTest(low: from, high: to, exclusive: exclusive)
      return ValueEvaluation(rule, column: index, test: test, good: "are \(words)", bad: "are not \(words)")
    }
    var from = Int128.min
    var to = Int128.max
    if let low, family != .null {
      // Exclusive: the first value above; a bound between two values is rounded either way to the same effect.
      guard let bound = family.integer(low, exclusive ? .down : .up) else { throw unusable(low, "min") }
      from = exclusive && bound < .max ? bound + 1 : bound
    }
    if let high, family != .null {
      guard let bound = family.integer(high, exclusive ? .up : .down) else { throw unusable(high, "max") }
      to = exclusive && bound > .min ? bound - 1 : bound
    }
    guard from <= to else { throw rule.error("no value of '\(name)' can lie between min and max", at: "max") }
    return ValueEvaluation(
      rule, column: index, test: IntegerRangeTest(low: from, high: to), good: "are \(words)", bad: "are not \(words)")
  }

  private func plain(_ value: JSONValue) -> String { value.string ?? value.text }

  private func length(_ rule: Rule, _ name: String, _ low: Int64?, _ high: Int64?) throws -> any Evaluation {
    let (index, family) = try column(name, rule, needs: "text or binary values") { $0 == .text || $0 == .binary }
    let unit = family == .binary ? "bytes" : "characters"
    let test = LengthTest(low: Int(low ?? 0), high: Int(high ?? .max), countsBytes: family == .binary)
    let goal = [low.map { "\(Words.count($0)) or more" }, high.map { "\(Words.count($0)) or fewer" }]
    let words = goal.compactMap(\.self).joined(separator: " and ") + " \(unit)"
    return ValueEvaluation(rule, column: index, test: test, good: "have \(words)", bad: "do not have \(words)")
  }

  private func freshness(_ rule: Rule, _ name: String, _ within: Int128, _ now: Int128?) throws -> any Evaluation {
    let (index, family) = try column(name, rule, needs: "dates or timestamps") {
      switch $0 {
      case .date, .timestamp: true
      default: false
      }
    }
    var unit: Int128 = 1
    switch family {
    case .date(let size), .timestamp(let size): unit = size
    default: break
    }
    return FreshnessEvaluation(rule, column: index, unit: unit, within: within, now: now ?? runStart)
  }

  private func referential(
    _ rule: Rule, _ names: [String], _ target: String?, _ toColumns: [String]
  ) throws -> any Evaluation {
    let known = references.map(\.name)
    if target == nil, references.count != 1 {
      throw rule.error(
        references.isEmpty
          ? "the check has no reference input: connect the table that the values must occur in"
          : "say which input the values must occur in: \(Words.names(known))", at: "to")
    }
    guard let reference = target.map({ name in references.first { $0.name == name } }) ?? references.first else {
      throw rule.error("no input '\(target ?? "")'\(NearestName.hint(target ?? "", among: known))", at: "to")
    }
    let (columns, families) = try keys(names, in: table, of: rule, key: keyName(rule))
    let (toIndexes, toFamilies) = try keys(
      toColumns, in: reference.schema, of: rule, key: { toColumns.count == 1 ? "to_columns" : "to_columns/\($0)" },
      input: reference.name)
    for position in names.indices where !RuleBinding.areComparable(families[position], toFamilies[position]) {
      let (left, right) = (table.fields[columns[position]], reference.schema.fields[toIndexes[position]])
      throw rule.error(
        "'\(left.name)' is \(left.type) but '\(right.name)' of '\(reference.name)' is \(right.type). "
          + "Cast one of them in an SQL stage first", at: "to_columns")
    }
    return ReferentialEvaluation(
      rule, keys: RowKeys(columns: columns, families: families), target: reference.name, targetColumns: toColumns,
      targetKeys: RowKeys(columns: toIndexes, families: toFamilies), budget: budget)
  }

  /// Times compare in any unit, texts in any layout, decimals only with the same scale.
  private static func areComparable(_ left: ColumnFamily, _ right: ColumnFamily) -> Bool {
    switch (left, right) {
    case (.null, _), (_, .null), (.date, .date), (.time, .time), (.timestamp, .timestamp), (.duration, .duration): true
    default: left == right
    }
  }
}
