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
    let lacking = self.lacking
    sheet.add(
      .lineage, lacking.isEmpty,
      lacking.isEmpty
        ? "the document says what it is and what it was made from"
        : "the document lacks \(lacking.joined(separator: ", "))")
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
