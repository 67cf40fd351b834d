// allOf, anyOf, oneOf, not, if/then/else: schemas made of schemas.
import JSONValue

extension SchemaEvaluation {
  mutating func checkCombinations(_ value: JSONValue, _ keywords: [String: JSONValue]) {
    for schema in keywords["allOf"]?.array ?? [] { check(value, against: schema) }
    if let branches = keywords["anyOf"]?.array, !branches.isEmpty {
      let results = branches.map { findings(in: value, against: $0) }
      if !results.contains(where: \.isEmpty) { addNearest(of: results, branches, value, "anyOf") }
    }
    if let branches = keywords["oneOf"]?.array, !branches.isEmpty {
      let results = branches.map { findings(in: value, against: $0) }
      let fitting = results.count(where: \.isEmpty)
      if fitting == 0 { addNearest(of: results, branches, value, "oneOf") }
      if fitting > 1 { add("oneOf", "fits \(fitting) of the allowed forms, where only one may fit") }
    }
    if let schema = keywords["not"], findings(in: value, against: schema).isEmpty {
      add("not", "is one of the values that are not allowed: \(spoken(value))")
    }
    if let condition = keywords["if"] {
      let holds = findings(in: value, against: condition).isEmpty
      if let schema = keywords[holds ? "then" : "else"] { check(value, against: schema) }
    }
  }

  /// No branch fits: speaks of the one the author most likely meant.
  private mutating func addNearest(
    of results: [[SchemaFinding]], _ branches: [JSONValue], _ value: JSONValue, _ keyword: String
  ) {
    let here = pointer
    let typed = results.filter { !$0.contains { $0.keyword == "type" && $0.pointer == here } }
    guard !typed.isEmpty else {
      let types = branches.flatMap { $0["type"]?.array?.compactMap(\.string) ?? [$0["type"]?.string].compactMap { $0 } }
      add(keyword, types.isEmpty ? "has the wrong type" : "must be \(spokenTypes(types)), is \(spoken(value))")
      return
    }
    // A constant that differs says that a branch was not meant.
    let certain = typed.filter { !$0.contains { !$0.expected.isEmpty } }
    let likely = typed.filter { !$0.contains { $0.keyword == "const" } }
    if let best = (certain.isEmpty && likely.count < typed.count ? likely : certain).min(by: { $0.count < $1.count }) {
      findings += best
    } else if let merged = mergedChoice(typed, value, here: here) {
      findings.append(merged)
    } else if let only = typed.first, typed.count == 1 {
      findings += only
    } else {
      let titles = branches.compactMap { $0["title"]?.string }
      let forms = titles.count == branches.count ? ": " + titles.joined(separator: ", ") : ""
      add(keyword, "fits none of the \(branches.count) allowed forms\(forms)")
    }
  }

  /// When every branch failed at a constant in the same place, the constants together are the choice there.
  private func mergedChoice(_ results: [[SchemaFinding]], _ value: JSONValue, here: String) -> SchemaFinding? {
    let choices = results.map { $0.filter { !$0.expected.isEmpty } }
    let common = (choices.first ?? []).filter { first in
      choices.allSatisfy { $0.contains { $0.pointer == first.pointer } }
    }
    guard let place = (common.first { $0.keyword == "const" } ?? common.first)?.pointer,
      let found = value.at(pointer: String(place.dropFirst(here.count)))
    else { return nil }
    var expected: [JSONValue] = []
    for choice in choices.joined() where choice.pointer == place {
      expected += choice.expected.filter { !expected.contains($0) }
    }
    return SchemaFinding(
      pointer: place, message: choiceMessage(found, expected), keyword: "enum", expected: expected)
  }
}
