// A YAML file with settings of the host, checked by a JSON Schema, each finding at its line.
package import JSONValue
package import Model

package struct SettingsDocument: Sendable {
  /// With the schema's defaults filled in.
  package let json: JSONValue
  private let root: DocumentValue
  private let file: String
  private let code: ProblemCode

  /// What the schema does not allow becomes problems of this code.
  package init(path: String, schema: ConfigSchema, code: ProblemCode) throws(Problems) {
    do throws(Problem) {
      root = try YAMLReader.read(SourceText(try PipelineDocument.contents(ofFile: path, named: path), file: path))
    } catch {
      throw Problems([error])
    }
    file = path
    self.code = code
    json = schema.applyDefaults(root.json)
    let findings = schema.validate(root.json)
    guard findings.isEmpty else {
      throw Problems(
        findings.prefix(DocumentLimits.problems).map { finding in
          problem("\(finding.pointer.isEmpty ? "the file" : finding.pointer) \(finding.message)", at: finding.pointer)
        })
    }
  }

  package func problem(_ detail: String, at pointer: String) -> Problem {
    let position = root.position(at: pointer)
    return Problem(
      code, detail,
      at: ProblemLocation(file: file, line: position.line, column: position.column, pointer: pointer))
  }
}
