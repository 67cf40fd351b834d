// Takes the secrets that were given to a worker out of everything it says: log lines, problems, receipts, crash reports.
package import JSONValue
package import Model

package struct Redaction: Sendable {
  package static let mark = "•••"
  /// Shorter values would blot out ordinary words.
  private static let charactersMin = 4
  /// The longest first: one value may be a part of another.
  private var values: [String] = []

  package init() {}

  package var isEmpty: Bool { values.isEmpty }

  /// Remembers a value that a plugin now knows. A key of several lines is printed line by line.
  package mutating func add(_ value: String) {
    let lines = value.split(whereSeparator: \.isNewline).map(String.init)
    let quoted = String(JSONValue.string(value).text.dropFirst().dropLast())
    for part in [value, quoted] + lines where part.count >= Self.charactersMin && !values.contains(part) {
      values.append(part)
    }
    values.sort { $0.utf8.count > $1.utf8.count }
  }

  package func text(_ text: String) -> String {
    values.reduce(text) { $0.contains($1) ? $0.replacing($1, with: Self.mark) : $0 }
  }

  package func json(_ value: JSONValue) -> JSONValue {
    guard !isEmpty else { return value }
    switch value {
    case .string(let text): return .string(self.text(text))
    case .array(let items): return .array(items.map(json))
    case .object(let object):
      return .object(
        Dictionary(object.map { (text($0.key), json($0.value)) }, uniquingKeysWith: { first, _ in first }))
    default: return value
    }
  }

  package func problem(_ problem: Problem) -> Problem {
    guard !isEmpty else { return problem }
    var problem = problem
    problem.detail = text(problem.detail)
    problem.next = text(problem.next)
    if let file = problem.at?.file { problem.at?.file = text(file) }
    return problem
  }

  package func message(_ message: WorkerMessage) -> WorkerMessage {
    guard !isEmpty else { return message }
    switch message {
    case .log(var line):
      line.text = text(line.text)
      line.fields = line.fields.map(json)
      return .log(line)
    case .failing(let problem): return .failing(self.problem(problem))
    case .answered(let value): return .answered(json(value))
    case .finished(var outcome):
      outcome.problems = outcome.problems.map(problem)
      outcome.outputs = outcome.outputs.map(json)
      return .finished(outcome)
    default: return message
    }
  }
}
