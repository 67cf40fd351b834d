// Everything wrong with one document, gathered before anything is reported.
import Model

/// Lives within one check, on one thread.
final class ProblemCollection {
  let file: String?
  private var found: [Problem] = []
  private var omitted = 0

  init(file: String?) { self.file = file }

  var isEmpty: Bool { found.isEmpty }
  /// Past the bound nothing is listed any more, so nobody need search for near names.
  var isFull: Bool { found.count >= DocumentLimits.problems }

  func add(_ problem: Problem) {
    guard !isFull else {
      omitted += 1
      return
    }
    found.append(problem)
  }

  func add(
    _ code: ProblemCode, _ detail: @autoclosure () -> String, at position: @autoclosure () -> TextPosition?,
    pointer: String?, node: String? = nil, plugin: String? = nil, next: String? = nil
  ) {
    guard !isFull else {
      omitted += 1
      return
    }
    // A sentence that ends with a suggestion has its mark already.
    var detail = detail()
    if detail.hasSuffix("?.") { detail.removeLast() }
    found.append(
      Problem(
        code, detail, node: node, plugin: plugin, at: location(position(), pointer: pointer), next: next))
  }

  func location(_ position: TextPosition?, pointer: String?) -> ProblemLocation {
    ProblemLocation(file: file, line: position?.line, column: position?.column, pointer: pointer)
  }

  /// In the order of the document, or nil when there is none.
  var problems: Problems? {
    guard !found.isEmpty else { return nil }
    var sorted = found.enumerated().sorted { left, right in
      let (first, second) = (left.element.at, right.element.at)
      return (first?.line ?? 0, first?.column ?? 0, left.offset)
        < (second?.line ?? 0, second?.column ?? 0, right.offset)
    }.map(\.element)
    if omitted > 0 { sorted[sorted.count - 1].detail += " (\(omitted) more problems are not listed)" }
    return Problems(sorted)
  }
}

/// "; did you mean 'x'?", or what there is when that is little, or nothing.
func suggestion(for name: String, among known: some Collection<String>) -> String {
  if let near = nearestName(to: name, in: known) { return "; did you mean '\(near)'?" }
  guard (1...12).contains(known.count) else { return "" }
  return "; known: " + known.sorted().joined(separator: ", ")
}
