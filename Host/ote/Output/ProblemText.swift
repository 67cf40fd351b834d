// Problems for a terminal: what, where, whose, what next.
import Model

enum ProblemText {
  static func print(_ problems: [Problem]) {
    for problem in problems { Standard.error(text(problem)) }
  }

  static func text(_ problem: Problem, style: Style = .error) -> String {
    var lines = ["\(style.red("error")) \(style.bold("\(problem.code.rawValue) \(problem.title)"))"]
    lines += problem.detail.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }
    if let place = place(problem) { lines.append("  at    \(place)") }
    lines.append("  blame \(blame(problem))")
    lines.append("  next  \(problem.next)")
    lines.append(style.dim("  page  \(problem.code.page)"))
    return lines.joined(separator: "\n")
  }

  private static func place(_ problem: Problem) -> String? {
    var parts: [String] = []
    if let at = problem.at {
      var file = at.file ?? ""
      if let line = at.line { file += file.isEmpty ? "line \(line)" : ":\(line)" }
      if at.line != nil, let column = at.column { file += ":\(column)" }
      if !file.isEmpty { parts.append(file) }
      if let pointer = at.pointer, !pointer.isEmpty { parts.append(pointer) }
    }
    if let node = problem.node { parts.append("node '\(node)'") }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  private static func blame(_ problem: Problem) -> String {
    switch problem.origin {
    case .user: "the pipeline, its configuration or its data"
    case .plugin: problem.plugin.map { "plugin '\($0)'" } ?? "a plugin"
    case .external: "something outside: disk, network, another system"
    case .host: "this host, or how it is set up"
    }
  }
}
