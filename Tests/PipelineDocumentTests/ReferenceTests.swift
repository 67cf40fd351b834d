// `${...}` in configurations, and the parameters behind it.
import JSONValue
import Model
import PipelineDocument
import Testing

struct ReferenceTests {
  private func source(_ with: String, parameters: String = "{}") -> String {
    Sample.document("files: {use: local-files/source, with: {\(with)}}", before: "parameters: \(parameters)")
  }

  private func configuration(_ with: String, parameters: String = "{}", _ given: [String: JSONValue] = [:]) throws
    -> JSONValue?
  {
    try resolve(source(with, parameters: parameters), parameters: given).nodes.first?.configuration
  }

  @Test func `a reference that is the whole value keeps its type`() throws {
    let config = try configuration(
      "path: \"${parameters.p}\", size: \"${ parameters.n }\", include: \"${parameters.l}\"",
      parameters: "{p: {type: string}, n: {type: integer, default: 3}, l: {type: array, default: [a, b]}}", ["p": "x"])
    #expect(config == ["path": "x", "size": 3, "include": ["a", "b"]])
  }

  @Test func `a reference inside a text becomes part of it`() throws {
    let config = try configuration(
      "path: \"in/${parameters.n}/${run.id}-${parameters.f}-${parameters.b} $${run.id} $5 ${run.started_at}\"",
      parameters: "{n: {default: 3}, f: {default: 0.5}, b: {default: true}}")
    #expect(config?["path"] == "in/3/r1-0.5-true ${run.id} $5 2026-01-01T00:00:00Z")
  }

  @Test(arguments: [
    ("path: \"${parameters.fold}\"", "did you mean 'parameters.folder'"),
    ("path: \"${run.ids}\"", "did you mean 'run.id'"),
    ("path: \"${folder}\"", "Nothing is called"), ("path: \"${}\"", "Nothing is called"),
    ("path: \"a ${run.id\"", "no closing"),
    ("path: \"x${parameters.list}\"", "cannot be part of a text"),
    ("path: \"${nodes.train.model}\"", "cannot be passed on"),
    ("path: \"${secrets.KEY}\"", "not marked as a secret"),
    ("path: p, token: \"Bearer ${secrets.KEY}\"", "whole value"),
    ("path: p, token: \"${secrets.a b}\"", "no name of a secret"),
    ("path: p, token: {$secret: KEY}", "not for documents"),
    ("path: p, include: [a, \"${run.nothing}\"]", "with.include[1]"),
  ])
  func `a reference to nothing is reported where it stands`(_ with: String, _ words: String) {
    let found = problems(resolving: source(with, parameters: "{folder: {default: a}, list: {default: [1]}}"))
    #expect(found.codes == [.unknownReference], "\(found.text)")
    #expect(found.text.contains(words), "\(found.text)")
    #expect(found.lines == [6])
  }

  @Test func `a secret becomes a reference for the worker, never a value`() throws {
    let config = try configuration("path: p, token: \"${secrets.API_KEY}\"")
    #expect(config?["token"] == ["$secret": "API_KEY"])
    #expect(config?["token"]?.secretName == "API_KEY")
  }

  @Test func `a secret in plain text is a warning`() throws {
    let resolved = try resolve(source("path: p, token: hunter2"))
    #expect(resolved.warnings.contains { $0.message.contains("with.token is a secret in plain text") })
  }

  @Test func `a configuration error names field, line and where the value came from`() {
    let text = """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: test}
      parameters:
        rate: {default: 3}
      nodes:
        files: {use: local-files/source, with: {path: x}}
        rows: {use: duckdb/read, in: files}
        rules:
          use: expectations/check
          in: rows
          with:
            rules:
              - {rule: unique, columns: [a]}
              - rule: not_null
                column: a
                at_most: "${parameters.rate}"
              - rule: not_nul
        out: {use: duckdb/dataset, in: rules}
        more: {use: duckdb/sql, in: rows, with: {query: "", qery: x}}
      """
    let found = problems(resolving: text)
    #expect(
      found.codes == [
        .invalidConfiguration, .invalidConfiguration, .invalidConfiguration, .invalidConfiguration,
        .invalidConfiguration,
      ])
    #expect(found.lines == [17, 18, 19, 20, 20], "\(found.text)")
    #expect(found[0].detail == "Node 'rules': with.rules[1].at_most must be at most 1, is 3 (from ${parameters.rate}).")
    #expect(found[0].at?.pointer == "/nodes/rules/with/rules/1/at_most")
    #expect(found[1].detail.contains("did you mean 'not_null'"), "\(found.text)")
    #expect(found[2].detail == "Node 'out': with needs the field 'name'.")
    #expect(found[2].at?.pointer == "/nodes/out/with/name")
    #expect(found[0].node == "rules" && found[0].plugin == "expectations")
  }

  @Test func `parameters without a value, unknown ones and bad ones are told apart`() {
    let text = source(
      "path: \"${parameters.a}\", size: \"${parameters.c}\"",
      parameters:
        "{a: {type: string, description: The folder}, b: {type: number, maximum: 1}, c: {type: integer, default: x}}")
    let found = problems(resolving: text, parameters: ["b": 2, "d": 1])
    #expect(
      found.codes == [.unknownParameter, .missingParameter, .invalidParameter, .invalidParameter], "\(found.text)")
    #expect(found.text.contains("--param a=VALUE") && found.text.contains("The folder"))
    #expect(found.text.contains("The parameter 'b' must be at most 1, is 2."))
    #expect(found.text.contains("The default of the parameter 'c' must be a whole number"))
  }

  @Test func `texts of the command line are read by the declared type`() throws {
    let document = try PipelineDocument(
      parsing: source(
        "path: p",
        parameters: """
          {s: {type: string}, i: {type: integer}, n: {type: number}, b: {type: boolean}, a: {type: array},
            o: {type: object}, u: {type: [integer, string]}, d: {default: 3}, e: {enum: [1, two]}, z: {}, x: {type: ['null', number]}}
          """))
    let values = document.parameterValues(
      fromText: [
        "s": "1", "i": "2", "n": "0.5", "b": "true", "a": "[1, \"x\"]", "o": "{\"k\": null}", "u": "x", "d": "4",
        "e": "two",
        "z": "5", "x": "null", "unknown": "v",
      ])
    #expect(
      values == [
        "s": "1", "i": 2, "n": 0.5, "b": true, "a": [1, "x"], "o": ["k": nil], "u": "x", "d": 4, "e": "two", "z": "5",
        "x": nil,
        "unknown": "v",
      ])
    #expect(
      document.parameterValues(fromText: ["i": "2.5", "b": "yes", "a": "1"]) == ["i": "2.5", "b": "yes", "a": "1"])
  }

  @Test func `a parameter cannot smuggle a secret reference`() {
    let found = problems(
      resolving: source("path: p, include: \"${parameters.x}\"", parameters: "{x: {type: array}}"),
      parameters: ["x": [["$secret": "K"]]])
    #expect(found.codes == [.invalidParameter], "\(found.text)")
  }
}
