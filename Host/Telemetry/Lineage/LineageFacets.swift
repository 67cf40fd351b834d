// Facets with the schema that each names, in the versions of OpenLineage 1.54.
import JSONValue

struct LineageFacets {
  let producer: String

  init(version: String) { producer = "urn:opentrusteval:host:\(version)" }

  func standard(_ type: String, _ version: String, _ fields: [String: JSONValue]) -> JSONValue {
    facet("https://openlineage.io/spec/facets/\(version)/\(type).json#/$defs/\(type)", fields)
  }

  /// One of ours, which others pass on without reading.
  func own(_ name: String, _ fields: [String: JSONValue]) -> JSONValue {
    facet("urn:opentrusteval:facet:\(name):1", fields)
  }

  private func facet(_ schema: String, _ fields: [String: JSONValue]) -> JSONValue {
    .object(fields.merging(["_producer": .string(producer), "_schemaURL": .string(schema)]) { $1 })
  }
}
