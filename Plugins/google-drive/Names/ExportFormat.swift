// Formats that Google's own documents are exported to.
import JSONValue
import PluginKit

struct ExportFormat: Sendable, Hashable {
  var ending: String
  var mimeType: String

  /// One kind of Google document, with what it can become; the first is the default.
  struct Family: Sendable {
    var key: String
    var title: String
    var type: String
    var formats: [ExportFormat]
    var usual: String
  }

  static let families: [Family] = [
    Family(
      key: "documents", title: "Google Docs", type: "application/vnd.google-apps.document",
      formats: [
        .init("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        .init("odt", "application/vnd.oasis.opendocument.text"), .init("pdf", "application/pdf"),
        .init("txt", "text/plain"), .init("md", "text/markdown"), .init("html", "text/html"),
        .init("rtf", "application/rtf"), .init("epub", "application/epub+zip"),
      ], usual: "docx"),
    Family(
      key: "spreadsheets", title: "Google Sheets", type: "application/vnd.google-apps.spreadsheet",
      formats: [
        .init("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        .init("csv", "text/csv"), .init("tsv", "text/tab-separated-values"),
        .init("ods", "application/vnd.oasis.opendocument.spreadsheet"), .init("pdf", "application/pdf"),
      ], usual: "xlsx"),
    Family(
      key: "presentations", title: "Google Slides", type: "application/vnd.google-apps.presentation",
      formats: [
        .init("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
        .init("odp", "application/vnd.oasis.opendocument.presentation"), .init("pdf", "application/pdf"),
        .init("txt", "text/plain"),
      ], usual: "pptx"),
    Family(
      key: "drawings", title: "Google Drawings", type: "application/vnd.google-apps.drawing",
      formats: [
        .init("png", "image/png"), .init("svg", "image/svg+xml"), .init("jpg", "image/jpeg"),
        .init("pdf", "application/pdf"),
      ], usual: "png"),
  ]

  private init(_ ending: String, _ mimeType: String) {
    self.ending = ending
    self.mimeType = mimeType
  }
}

/// What the configuration chose, by the type of document.
struct ExportChoices: Sendable, Hashable {
  private var byType: [String: ExportFormat] = [:]

  init(_ json: JSONValue?) throws {
    for family in ExportFormat.families {
      let word = json?[family.key]?.string ?? family.usual
      if word == "skip" { continue }
      guard let format = family.formats.first(where: { $0.ending == word }) else {
        let words = family.formats.map(\.ending) + ["skip"]
        throw PluginError.configuration(
          "\(family.title) are not exported as '\(word)': choose one of \(words.joined(separator: ", "))",
          at: "/export/\(family.key)")
      }
      byType[family.type] = format
    }
  }

  /// nil for what is left out: types that cannot be exported, and those set to skip.
  subscript(_ type: String) -> ExportFormat? { byType[type] }

  var text: String { byType.map { "\($0.key)=\($0.value.ending)" }.sorted().joined(separator: ",") }
}
