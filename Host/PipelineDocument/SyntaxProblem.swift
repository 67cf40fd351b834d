// The YAML parser's complaint, in words that name the line and the likely slip.
import Model
import Yams

struct SyntaxProblem {
  let source: SourceText

  func problem(for error: YamlError) -> Problem {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      return parseProblem(problem, context: context, mark: mark)
    case .duplicatedKeysInMapping(let duplicates, let context):
      return duplicateKey(duplicates.first ?? "", first: context.mark)
    case .reader(let problem, let offset, _, _):
      let before = source.text.prefix(offset ?? 0)
      let line = before.count(where: \.isNewline) + 1
      return Problem(
        .documentSyntax, "Line \(line): \(problem).", at: ProblemLocation(file: source.file, line: line),
        next: "Remove the character the line contains.")
    default:
      return Problem(.documentSyntax, "\(error)", at: ProblemLocation(file: source.file))
    }
  }

  private func parseProblem(_ problem: String, context: YamlError.Context?, mark: Yams.Mark) -> Problem {
    // The parser points behind the last line when something stays open.
    let line = min(mark.line, source.lineCount)
    let location = ProblemLocation(file: source.file, line: line, column: mark.column)
    if problem.hasPrefix("Maximum nesting level") {
      return Problem(
        .documentTooLarge, "The document has mappings and lists nested more than \(DocumentLimits.depth) deep.",
        at: location)
    }
    let opening = context.map { " (\($0.text) that starts in line \($0.mark.line))" } ?? ""
    return Problem(
      .documentSyntax, "Line \(line), column \(mark.column): \(problem)\(opening).", at: location,
      next: hint(problem, lines: [line, line - 1, context?.mark.line ?? line]))
  }

  private func hint(_ problem: String, lines: [Int]) -> String? {
    let texts = lines.map { source.line($0) }
    if texts.contains(where: { $0.prefix { $0 <= 0x20 }.contains(0x09) }) {
      return "The line is indented with a tab: use blanks."
    }
    if problem.contains("another document") { return "Keep one document per file: remove the '---' line." }
    if problem.contains("undefined alias") { return "Define the anchor above, or put quotes around a text with '*'." }
    if problem.contains("cannot start any token") { return "Put quotes around a text that starts with @, ` or %." }
    let isInBrackets = problem.contains("',' or")
    if isInBrackets, texts.contains(where: { line in [" ${", ",${", "[${"].contains { line.contains($0.utf8) } }) {
      return "Inside { } and [ ], put quotes around a reference: \"${parameters.name}\"."
    }
    if problem.contains("mapping values") { return "Check the indentation, and put quotes around a text with ': '." }
    return nil
  }

  private func duplicateKey(_ key: String, first: Yams.Mark) -> Problem {
    let line = secondLine(of: key, first: first) ?? first.line
    let detail =
      line == first.line
      ? "The key '\(shortened(key))' stands twice in one mapping, first in line \(line)."
      : "The key '\(shortened(key))' in line \(line) already stands in line \(first.line)."
    return Problem(.duplicateName, detail, at: ProblemLocation(file: source.file, line: line, column: first.column))
  }

  /// In a block mapping, the next line with the key at the same column.
  private func secondLine(of key: String, first: Yams.Mark) -> Int? {
    let spellings = [key, "\"\(key)\"", "'\(key)'"]
    guard first.line < source.lineCount else { return nil }
    for number in first.line + 1...source.lineCount {
      let line = source.line(number)
      let indent = line.prefix { $0 == 0x20 }.count
      let content = line.dropFirst(indent)
      if content.isEmpty || indent >= first.column || content.first == UInt8(ascii: "#") { continue }
      guard indent == first.column - 1 else { return nil }
      for spelling in spellings where content.starts(with: spelling.utf8) {
        let rest = content.dropFirst(spelling.utf8.count).drop { $0 == 0x20 }
        if rest.first == UInt8(ascii: ":") { return number }
      }
    }
    return nil
  }
}
