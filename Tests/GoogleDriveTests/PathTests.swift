// Paths, names and search terms by themselves.
import JSONValue
import PluginKit
import Testing

@testable import GoogleDrivePlugin

@Suite struct PathTests {
  @Test(arguments: [
    ("", "My Drive"), ("/", "My Drive"), ("My Drive/A/B/", "My Drive/A/B"), ("A//B", "My Drive/A/B"),
    ("Shared drives/Sales", "Shared drives/Sales"), ("Shared drives", "Shared drives"),
    ("Shared with me/x", "Shared with me/x"),
    ("id:1aB-_/x", "id:1aB-_/x"), (#"a\/b\\c/d"#, #"My Drive/a\/b\\c/d"#), ("My Drive/My Drive", "My Drive/My Drive"),
    ("https://drive.google.com/drive/u/1/folders/1aB_c?resourcekey=x", "id:1aB_c"),
    ("https://docs.google.com/spreadsheets/d/1aB_c/edit#gid=0", "id:1aB_c"),
    ("https://drive.google.com/open?usp=x&id=1aB_c", "id:1aB_c"),
  ])
  func `a path reads back as it is shown`(written: String, shown: String) throws {
    let path = try FolderPath(written, at: "/folder")
    #expect(path.text == shown)
    #expect(try FolderPath(path.text, at: "/folder") == path)
  }

  @Test(arguments: ["id:", "id:a b", "https://example.org/folders/x", "file:///etc", "a\u{0}b"])
  func `what is no path is refused`(written: String) {
    #expect(problem { _ = try FolderPath(written, at: "/folder") }?.details["path"]?.string == "/folder")
  }

  @Test(
    arguments: [
      ("plain.csv", nil, "plain.csv"), ("a/b", nil, "a_b"), ("Plan", "docx", "Plan.docx"),
      ("Plan.DOCX", "docx", "Plan.DOCX"),
      (".", nil, "_"), ("..", "pdf", "_.pdf"), ("\u{7}bell", nil, "_bell"), (".ote-1", nil, "_.ote-1"),
    ] as [(String, String?, String)])
  func `a name becomes one that a file system takes`(name: String, ending: String?, safe: String) {
    #expect(LocalNames.safe(name, ending) == safe)
  }

  @Test func `twins get their id before the ending, and long names keep it`() {
    var names = LocalNames()
    #expect(names.claim("a.csv.gz", id: "1") == "a.csv.gz" && names.claim("a.csv.gz", id: "2") == "a (2).csv.gz")
    #expect(names.claim("no ending", id: "3") == "no ending" && names.claim("no ending", id: "4") == "no ending (4)")
    let long = String(repeating: "é", count: 300)
    for ending in [nil, "xlsx"] as [String?] {
      let cut = LocalNames.safe("\(long).parquet", ending)
      #expect(cut.utf8.count <= 255 && cut.hasSuffix(ending.map { ".\($0)" } ?? ".parquet"))
    }
  }

  @Test func `quotes and backslashes are escaped in search terms`() {
    #expect(DriveQuery.named(#"it's a \"#).description == #"name = 'it\'s a \\'"#)
    #expect(
      DriveQuery.inside("x").and(.folders).description
        == "'x' in parents and (mimeType = 'application/vnd.google-apps.folder' or "
        + "shortcutDetails.targetMimeType = 'application/vnd.google-apps.folder')")
  }

  @Test func `times of Drive are read to the microsecond`() {
    #expect(DriveFile.microseconds("2026-01-02T03:04:05.678Z") == 1_767_323_045_678_000)
    #expect(DriveFile.microseconds("2026-01-02T03:04:05Z") == 1_767_323_045_000_000)
    #expect(DriveFile.microseconds("yesterday") == nil)
  }
}
