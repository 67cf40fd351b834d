// Where lineage goes, by OpenLineage's variables and an option for a file. Without either nothing is written or sent.
package import Model

package struct LineageSettings: Sendable {
  /// nil where lineage goes to a file only.
  package var address: String?
  package var key: String?
  /// Of jobs and stored datasets.
  package var namespace: String
  package var file: String?

  /// nil where no lineage is wanted.
  package init?(_ variables: TelemetryEnvironment, file: String?) throws(Problem) {
    guard try !variables.flag("OPENLINEAGE_DISABLED") else { return nil }
    if let start = try variables.address("OPENLINEAGE_URL") {
      let end = variables.text("OPENLINEAGE_ENDPOINT") ?? "api/v1/lineage"
      guard end.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }) else {
        throw TelemetryEnvironment.refused("OPENLINEAGE_ENDPOINT", "is no path")
      }
      address = "\(start)/\(end.drop { $0 == "/" })"
    }
    key = variables.text("OPENLINEAGE_API_KEY")
    guard key?.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) ?? true else {
      throw TelemetryEnvironment.refused("OPENLINEAGE_API_KEY", "holds what cannot stand in a request's head")
    }
    namespace = variables.text("OPENLINEAGE_NAMESPACE") ?? "opentrusteval"
    self.file = file
    if address == nil, file == nil { return nil }
  }
}
