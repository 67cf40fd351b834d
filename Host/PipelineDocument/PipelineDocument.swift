// A pipeline document that has been read: its values, and where in the text each of them stands.
package import JSONValue
package import Model

package struct PipelineDocument: Sendable {
  package var file: String?
  package var pipeline: Pipeline
  package var warnings: [DocumentWarning]
  let root: DocumentValue

  /// Parses YAML or JSON. Throws every problem of the document, in its order, not only the first.
  package init(parsing bytes: [UInt8], file: String? = nil) throws(Problems) {
    let problems = ProblemCollection(file: file)
    do throws(Problem) {
      root = try YAMLReader.read(SourceText(bytes, file: file))
    } catch {
      throw Problems([error])
    }
    var parser = PipelineParser(problems: problems)
    let pipeline = parser.pipeline(root)
    if let problems = problems.problems { throw problems }
    guard let pipeline else {
      throw Problems([Problem(.documentSyntax, "The document is no pipeline.", at: ProblemLocation(file: file))])
    }
    self.file = file
    self.pipeline = pipeline
    warnings = parser.warnings
  }

  package init(parsing text: String, file: String? = nil) throws(Problems) {
    try self.init(parsing: Array(text.utf8), file: file)
  }

  /// The document as JSON: what is stored, shown, and handed to the designer.
  package var json: JSONValue { root.json }

  /// The text to digest. Comments, the order of keys and the style of writing do not change it; values do.
  package var canonicalText: String { json.text }

  /// Where the value at a JSON pointer stands.
  package func location(at pointer: String) -> ProblemLocation {
    let position = root.position(at: pointer)
    return ProblemLocation(file: file, line: position.line, column: position.column, pointer: pointer)
  }
}
