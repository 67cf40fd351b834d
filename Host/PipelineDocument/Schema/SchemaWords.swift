// Comparing and naming JSON values the way JSON Schema and people do.
import JSONValue
import Model

extension JSONValue {
  func isOf(type: String) -> Bool {
    switch (type, self) {
    case ("null", .null), ("boolean", .bool), ("string", .string), ("array", .array), ("object", .object),
      ("number", .int), ("number", .double), ("integer", .int):
      true
    case ("integer", .double(let value)): value == value.rounded()
    default: false
    }
  }

  /// Numbers are equal by value: 1 and 1.0 are the same.
  func isEqual(to other: JSONValue) -> Bool { self == other || normalised == other.normalised }

  /// Whole doubles as integers, at any depth.
  var normalised: JSONValue {
    switch self {
    case .double(let value): Int64(exactly: value).map { .int($0) } ?? self
    case .array(let items): .array(items.map(\.normalised))
    case .object(let entries): .object(entries.mapValues(\.normalised))
    default: self
    }
  }

  func isMultiple(of step: JSONValue) -> Bool {
    if case .int(let number) = self, case .int(let divisor) = step { return divisor == 0 || number % divisor == 0 }
    guard let number = double, let divisor = step.double, divisor > 0 else { return true }
    let quotient = number / divisor
    // 0.3 / 0.1 is not whole in binary, but near enough to have been meant so.
    return abs(quotient - quotient.rounded()) <= 1e-9 * max(1, abs(quotient))
  }
}

func spokenTypes(_ types: [String]) -> String {
  let words = types.map { type in
    switch type {
    case "string": "a text"
    case "integer": "a whole number"
    case "number": "a number"
    case "boolean": "true or false"
    case "array": "a list"
    case "object": "a mapping"
    case "null": "empty"
    default: type
    }
  }
  guard let last = words.last, words.count > 1 else { return words.first ?? "nothing" }
  return words.dropLast().joined(separator: ", ") + " or " + last
}

func spokenNumber(_ value: JSONValue) -> String {
  switch value.normalised {
  case .int(let number): "\(number)"
  case .double(let number): "\(number)"
  default: spoken(value)
  }
}

func spokenChoice(_ value: JSONValue) -> String {
  if case .string(let text) = value { return text.isEmpty ? "''" : shortened(text) }
  return shortened(value.text)
}

func choiceMessage(_ value: JSONValue, _ choices: [JSONValue]) -> String {
  let names = choices.map(spokenChoice)
  let listed = names.count > 24 ? names.prefix(24) + ["..."] : names[...]
  let message = "must be \(names.count == 1 ? "" : "one of ")\(listed.joined(separator: ", ")); is \(spoken(value))"
  guard case .string(let text) = value, let near = nearestName(to: text, in: names) else { return message }
  return message + "; did you mean '\(near)'?"
}
