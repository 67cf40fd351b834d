// Documents and an installed catalog for the tests of this folder.
import JSONValue
import Model
import PipelineDocument

enum Catalog {
  static let table: JSONValue = ["name": "table", "type": "table"]
  static let files: JSONValue = ["name": "files", "type": "files"]

  static func plugin(
    _ name: String, version: String = "1.2.0", _ components: [JSONValue], problem: Problem? = nil
  ) -> InstalledPlugin {
    var plugin = InstalledPlugin(
      name: name, version: version, title: name, manifestPath: "Manifests/\(name).yaml")
    plugin.digest = "sha256:00"
    plugin.path = "/plugins/\(name).so"
    plugin.problem = problem
    let description: JSONValue = [
      "descriptor": 1, "name": .string(name), "version": .string(version), "title": .string(name),
      "components": .array(components),
    ]
    plugin.description = try? description.decode(PluginDescription.self)
    return plugin
  }

  static func component(
    _ name: String, _ kind: String, inputs: [JSONValue] = [], outputs: [JSONValue] = [],
    config: JSONValue = ["type": "object"], adapts: Bool = false
  ) -> JSONValue {
    [
      "name": .string(name), "kind": .string(kind), "title": .string(name), "inputs": .array(inputs),
      "outputs": .array(outputs), "config": config, "adapts": .bool(adapts),
    ]
  }

  static let localFiles = plugin(
    "local-files",
    [
      component(
        "source", "source", outputs: [files],
        config: [
          "type": "object", "required": ["path"], "additionalProperties": false,
          "properties": [
            "path": ["type": "string", "minLength": 1],
            "include": ["type": "array", "items": ["type": "string"], "default": ["**"]],
            "token": ["type": "string", "x-secret": true],
            "size": ["type": "integer", "minimum": 1],
          ],
        ]),
      component(
        "write", "sink", inputs: [table], config: ["type": "object", "properties": ["path": ["type": "string"]]]),
    ])

  static let duckdb = plugin(
    "duckdb",
    [
      component(
        "read", "stage", inputs: [files], outputs: [table, ["name": "rejects", "type": "table"]],
        config: [
          "type": "object", "additionalProperties": false,
          "properties": [
            "format": ["enum": ["auto", "csv", "parquet"], "default": "auto"],
            "nulls": ["type": "array", "items": ["type": "string"]],
          ],
        ], adapts: true),
      component(
        "sql", "stage", inputs: [["name": "tables", "type": "table", "many": true]], outputs: [table],
        config: [
          "type": "object", "required": ["query"], "additionalProperties": false,
          "properties": ["query": ["type": "string", "minLength": 1]],
        ]),
      component(
        "diff", "stage",
        inputs: [["name": "base", "type": "table"], ["name": "changed", "type": "table"]], outputs: [table]),
      component(
        "dataset", "sink", inputs: [table],
        config: ["type": "object", "required": ["name"], "properties": ["name": ["type": "string"]]]),
    ])

  static let expectations = plugin(
    "expectations",
    [
      component(
        "check", "check",
        inputs: [table, ["name": "references", "type": "table", "required": false, "many": true]],
        config: [
          "type": "object", "required": ["rules"], "additionalProperties": false,
          "properties": [
            "rules": [
              "type": "array", "minItems": 1,
              "items": [
                "oneOf": [
                  [
                    "type": "object", "required": ["rule", "column"], "additionalProperties": false,
                    "properties": [
                      "rule": ["const": "not_null"], "column": ["type": "string"],
                      "at_most": ["type": "number", "minimum": 0, "maximum": 1, "default": 0],
                      "severity": ["enum": ["warn", "error"], "default": "error"],
                    ],
                  ],
                  [
                    "type": "object", "required": ["rule", "columns"],
                    "properties": [
                      "rule": ["const": "unique"], "columns": ["type": "array", "items": ["type": "string"]],
                    ],
                  ],
                  [
                    "type": "object", "required": ["rule", "column", "values"],
                    "properties": ["rule": ["const": "in_set"], "values": ["type": "array"]],
                  ],
                ]
              ],
            ]
          ],
        ])
    ])

  static let models = plugin("models", [component("tell", "notifier")])

  static var broken: InstalledPlugin {
    plugin("broken", [], problem: Problem(.digestMismatch, "Expected sha256:aa, found sha256:bb."))
  }

  static var disabled: InstalledPlugin { plugin("asleep", [], problem: Problem(.pluginDisabled, "enabled: false")) }

  static var all: [InstalledPlugin] { [localFiles, duckdb, expectations, models, broken, disabled] }
}

enum Sample {
  /// The document that the design page shows, without what only a control plane acts on.
  static let flights = """
    apiVersion: opentrusteval/v1
    kind: Pipeline
    metadata:
      name: flights
      title: Flights out of New York, checked
      description: Joins flights with airlines and weather, checks them, publishes a dataset version.
      labels: {team: examples}
    requires:                       # resolved before anything runs
      plugins: {duckdb: ">=1.0", expectations: ">=1.0", local-files: ">=1.0"}
    parameters:
      folder: {type: string, default: data/nycflights13, description: Folder with the CSV files}
      max_null: {type: number, default: 0.03, minimum: 0, maximum: 1}
    nodes:
      files:    {use: local-files/source, with: {path: "${parameters.folder}", include: ["flights.csv"]}}
      flights:  {use: duckdb/read, in: files, with: {nulls: [NA, ""]}}
      airlines: {use: local-files/source, with: {path: "${parameters.folder}", include: ["airlines.csv"]}}
      joined:
        use: duckdb/sql
        in: {f: flights, a: airlines}
        with:
          query: |
            SELECT f.*, a.name AS airline FROM f LEFT JOIN a USING (carrier)
      rules:
        use: expectations/check
        in: joined
        with:
          rules:
            - {rule: unique, columns: [year, month, day, hour, minute, carrier, flight, origin]}
            - {rule: not_null, column: dep_delay, at_most: "${parameters.max_null}", severity: warn}
            - {rule: in_set, column: origin, values: [EWR, JFK, LGA]}
        gate: {on: error, action: stop}
      publish:
        use: duckdb/dataset
        in: rules
        with: {name: flights_enriched}
    limits: {memory: 1GiB, wall: 30m}
    retry: {attempts: 2, on: [external], backoff: {first: 1s, factor: 2, max: 1m}}
    schedule: {cron: "0 6 * * *", timezone: America/New_York, catch_up: latest}
    notify: [{on: [failed, gate], use: webhook/notify, connection: team-hook}]
    """

  /// A document with these lines under `nodes`, and lines to put before it.
  static func document(_ nodes: String, before: String = "") -> String {
    let indented = nodes.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }
    return """
      apiVersion: opentrusteval/v1
      kind: Pipeline
      metadata: {name: test}
      \(before.isEmpty ? "# -" : before)
      nodes:
      \(indented.joined(separator: "\n"))
      """
  }

  /// A node that is right, to put others beside.
  static let source = "files: {use: local-files/source, with: {path: data}}"
}

func problems(parsing text: String) -> [Problem] {
  do throws(Problems) {
    _ = try PipelineDocument(parsing: text, file: "test.yaml")
    return []
  } catch {
    return error.all
  }
}

/// Problems of a document that parses, when its names are looked up.
func problems(
  resolving text: String, parameters: [String: JSONValue] = [:], plugins: [InstalledPlugin] = Catalog.all
) -> [Problem] {
  do throws(Problems) {
    _ = try PipelineDocument(parsing: text, file: "test.yaml")
      .resolve(parameters: parameters, plugins: plugins, run: "r1", startedAt: "2026-01-01T00:00:00Z")
    return []
  } catch {
    return error.all
  }
}

func resolve(
  _ text: String, parameters: [String: JSONValue] = [:], plugins: [InstalledPlugin] = Catalog.all
) throws -> ResolvedPipeline {
  try PipelineDocument(parsing: text, file: "test.yaml")
    .resolve(parameters: parameters, plugins: plugins, run: "r1", startedAt: "2026-01-01T00:00:00Z")
}

extension [Problem] {
  var codes: [ProblemCode] { map(\.code) }
  var lines: [Int?] { map { $0.at?.line } }
  var text: String {
    map { "\($0.code.rawValue) line \($0.at?.line ?? 0): \($0.detail) \($0.next)" }.joined(separator: "\n")
  }
}
