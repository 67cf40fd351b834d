// A dataset as lineage names it: a version of the store, or a place outside that a node reads or writes.
package import JSONValue
package import Model

package struct LineageDataset: Sendable {
  package enum Place: Sendable, Hashable {
    /// A named dataset of this host.
    case stored(String)
    /// A file, a folder or an address outside.
    case outside(namespace: String, name: String)
  }

  package var place: Place
  package var version: String?
  /// [{"name","type","nullable"}].
  package var schema: JSONValue?
  package var rows: Int64?
  package var bytes: Int64?
  /// Of the checks that looked at it.
  package var findings: [FindingReport] = []

  package init(
    _ place: Place, version: String? = nil, schema: JSONValue? = nil, rows: Int64? = nil, bytes: Int64? = nil
  ) {
    self.place = place
    self.version = version
    self.schema = schema
    self.rows = rows
    self.bytes = bytes
  }

  func json(_ jobs: String, _ facets: LineageFacets, isInput: Bool) -> JSONValue {
    let (namespace, name, source) =
      switch place {
      case .stored(let name): (jobs, name, ["name": .string(jobs), "uri": .string("dataset:\(Self.escaped(name))")])
      case .outside(let namespace, let name):
        (namespace, name, ["name": .string(namespace), "uri": .string("\(namespace):\(Self.escaped(name))")])
      } as (String, String, [String: JSONValue])
    var own = ["dataSource": facets.standard("DatasourceDatasetFacet", "1-0-1", source)]
    if let version {
      own["version"] = facets.standard("DatasetVersionDatasetFacet", "1-0-1", ["datasetVersion": .string(version)])
    }
    if let fields = schema?.array, !fields.isEmpty {
      own["schema"] = facets.standard("SchemaDatasetFacet", "1-2-0", ["fields": .array(fields.map(Self.field))])
    }
    var object: [String: JSONValue] = ["namespace": .string(namespace), "name": .string(name), "facets": .object(own)]
    if isInput {
      object["inputFacets"] = .object(inputFacets(facets))
    } else {
      object["outputFacets"] = .object(outputFacets(facets))
    }
    return .object(object)
  }

  private func inputFacets(_ facets: LineageFacets) -> [String: JSONValue] {
    findings.isEmpty ? [:] : ["dataQualityAssertions": assertions(facets)]
  }

  private func outputFacets(_ facets: LineageFacets) -> [String: JSONValue] {
    var statistics: [String: JSONValue] = [:]
    statistics["rowCount"] = rows.map { .int($0) }
    statistics["size"] = bytes.map { .int($0) }
    guard !statistics.isEmpty else { return [:] }
    return ["outputStatistics": facets.standard("OutputStatisticsOutputDatasetFacet", "1-0-2", statistics)]
  }

  private func assertions(_ facets: LineageFacets) -> JSONValue {
    let listed = findings.map { finding -> JSONValue in
      var assertion: [String: JSONValue] = [
        "assertion": .string(finding.rule), "success": .bool(finding.passed), "severity": .string(finding.severity),
        "name": .string(finding.node),
      ]
      assertion["column"] = finding.column.map { .string($0) }
      assertion["description"] = finding.message.map { .string($0) }
      assertion["expected"] = finding.limit.map { .string($0.text) }
      assertion["actual"] = finding.observed.map { .string($0.text) }
      return .object(assertion)
    }
    return facets.standard("DataQualityAssertionsDatasetFacet", "1-1-0", ["assertions": .array(listed)])
  }

  private static func field(_ field: JSONValue) -> JSONValue {
    ["name": field["name"] ?? "", "type": field["type"] ?? ""]
  }

  /// For an address: what is no plain letter, digit or sign is percent-encoded.
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for byte in text.utf8 {
      let isPlain = (48...57).contains(byte) || (65...90).contains(byte & 0xDF) || "-._~/".utf8.contains(byte)
      escaped +=
        isPlain
        ? String(UnicodeScalar(byte))
        : "%" + String(byte >> 4, radix: 16, uppercase: true) + String(byte & 15, radix: 16, uppercase: true)
    }
    return escaped
  }
}
