// What a model's document has to say: under which licence it may be used, and where it came from.
import JSONValue

struct DocumentItems {
  private let document: JSONValue

  init(_ document: JSONValue) { self.document = document }

  func judge(_ sheet: inout Sheet) {
    let license = words(document, "license") ?? document["base"].flatMap { words($0, "license") }
    sheet.add(
      .license, license != nil, observed: license.map { .string($0) },
      license.map { "the licence is \($0)" } ?? "neither the document nor its base names a licence")
    let (lacking, unknown) = (self.lacking, self.unknown)
    let verdict =
      if !lacking.isEmpty { "the document lacks \(lacking.joined(separator: ", "))" } else if !unknown.isEmpty {
        "the registry does not know \(unknown.joined(separator: ", "))"
      } else if isOfRun { "data, plugins, parameters, seeds and figures are known" } else {
        "the document says what it is and what it was made from; no run registered it, so nothing else is known"
      }
    sheet.add(.lineage, lacking.isEmpty && unknown.isEmpty, verdict)
  }

  /// The registry's lineage of a version that a run has registered.
  private var isOfRun: Bool { document["lineage"]?["nodes"]?.array?.isEmpty == false }

  private var unknown: [String] {
    guard isOfRun, let lineage = document["lineage"] else { return [] }
    func has(_ key: String) -> Bool { lineage[key]?.array?.isEmpty == false }
    var unknown: [String] = []
    if !has("datasets") { unknown.append("the versions of the datasets that it was made from") }
    let plugins = lineage["plugins"]?.array ?? []
    if plugins.isEmpty || plugins.contains(where: { words($0, "digest") == nil }) {
      unknown.append("the digest of every plugin")
    }
    if lineage["parameters"]?.object == nil { unknown.append("the parameters") }
    if !has("seeds") { unknown.append("a seed") }
    if !has("figures") { unknown.append("figures of an evaluation") }
    return unknown
  }

  private var lacking: [String] {
    var lacking: [String] = []
    let format = words(document, "format")
    if format == nil { lacking.append("`format`") }
    if words(document, "artifact") == nil, words(document, "path") == nil { lacking.append("`artifact` or `path`") }
    guard format?.hasSuffix("-lora") == true else { return lacking }
    guard let base = document["base"], base.object?.isEmpty == false else {
      return lacking + ["`base`, which an adapter needs"]
    }
    if words(base, "artifact") == nil, words(base, "path") == nil { lacking.append("`artifact` or `path` of its base") }
    return lacking
  }

  private func words(_ value: JSONValue, _ key: String) -> String? {
    value[key]?.string.flatMap { $0.isEmpty ? nil : $0 }
  }
}
