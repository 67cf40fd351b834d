// The source: what it lists, what it downloads, under which names.
import JSONValue
import PluginKit
import PluginTesting
import Testing

@testable import GoogleDrivePlugin

@Suite struct SourceTests {
  let world: World

  init() throws { world = try World() }

  @Test func `a folder's files are downloaded with what Drive says about them`() throws {
    let reports = try world.folder("Reports")
    try world.add("a.csv", in: reports, "n\n1\n")
    try world.add("b.csv", in: try world.folder("2026", in: reports), "n\n2\n")
    try world.add("elsewhere.csv", "n\n3\n")
    let rows = try world.source(["folder": "My Drive/Reports"]).rows()
    #expect(rows.map(\.relative) == ["2026/b.csv", "a.csv"])
    #expect(rows.map(\.text) == ["n\n2\n", "n\n1\n"])
    let row = rows[1]
    #expect(row.values["size"]?.int == 4 && row.values["media_type"]?.string == "text/csv")
    #expect(row.values["etag"]?.string == row.attributes["md5"]?.string)
    #expect(row.values["uri"]?.string == "gdrive:\(row.attributes["id"]?.string ?? "")")
    #expect(row.attributes["folder"]?.string == "My Drive/Reports" && row.path?.hasSuffix("/a.csv") == true)
    #expect(try world.violations.isEmpty)
  }

  @Test func `names that no file system takes are made into some, and twins get their id`() throws {
    let odd = try world.folder("Odd")
    let first = try world.add("twin.csv", in: odd, "1", ["createdTime": "2026-01-01T00:00:00Z"])
    let second = try world.add("twin.csv", in: odd, "2", ["createdTime": "2026-01-02T00:00:00Z"])
    let long = String(repeating: "ä", count: 200)
    for name in ["a/b.csv", "it's.csv", "..", ".ote-x", "tab\there", "\(long).csv", "back\\slash", ""] {
      try world.add(name, in: odd, "x")
    }
    let rows = try world.source(["folder": "Odd"]).rows()
    let names = rows.map(\.relative)
    #expect(names.contains("twin.csv") && names.contains("twin (\(second)).csv"))
    #expect(rows.first { $0.relative == "twin.csv" }?.attributes["id"]?.string == first)
    for name in ["a_b.csv", "it's.csv", "_.ote-x", "tab_here", "back\\slash"] {
      #expect(names.contains(name), "\(name)")
    }
    #expect(names.filter { $0.hasPrefix("_") }.count == 3)  // "..", "" and ".ote-x"
    let cut = try #require(names.first { $0.hasPrefix("ää") })
    #expect(cut.utf8.count <= 255 && cut.hasSuffix(".csv"))
    #expect(Set(names).count == 10 && rows.allSatisfy { !$0.text.isEmpty })
  }

  @Test func `a folder is found by path, escape, id, address and shortcut`() throws {
    let quoted = try world.folder(#"It's "a\b""#)
    let slashed = try world.folder("x/y", in: quoted)
    try world.add("f.csv", in: slashed, "1")
    try world.add(
      "link", type: DriveFile.shortcutType,
      ["shortcutDetails": ["targetId": .string(slashed), "targetMimeType": .string(DriveFile.folderType)]])
    let paths = [
      #"My Drive/It's "a\\b"/x\/y"#, #"It's "a\\b"/x\/y/"#, "id:\(slashed)", "id:\(quoted)/x\\/y", "link",
      "https://drive.google.com/drive/u/0/folders/\(slashed)?usp=sharing",
      "https://drive.google.com/open?id=\(slashed)",
    ]
    for path in paths {
      #expect(try world.source(["folder": .string(path)]).rows().map(\.text) == ["1"], "\(path)")
    }
    #expect(try world.violations.isEmpty)
  }

  @Test func `a path may name one file`() throws {
    let id = try world.add("one.csv", in: try world.folder("F"), "1")
    for path in ["F/one.csv", "id:\(id)", "https://drive.google.com/file/d/\(id)/view"] {
      #expect(try world.source(["folder": .string(path)]).rows().map(\.relative) == ["one.csv"], "\(path)")
    }
  }

  @Test func `shared drives and shared folders are read`() throws {
    try world.order(["drive": ["name": "Sales & Co", "id": "drive1"]])
    try world.add("q1.csv", in: try world.folder("2026", in: "drive1"), "1")
    let shared = try world.folder("From Bob", ["shared": true])
    try world.add("bob.csv", in: shared, "2")
    try world.add("alone.csv", "3", ["shared": true])
    #expect(try world.source(["folder": "Shared drives/Sales & Co"]).rows().map(\.relative) == ["2026/q1.csv"])
    #expect(try world.source(["folder": "Shared drives/Sales & Co/2026"]).rows().map(\.text) == ["1"])
    #expect(try world.source(["folder": "Shared with me"]).rows().map(\.relative) == ["From Bob/bob.csv", "alone.csv"])
    #expect(try world.source(["folder": "Shared with me/From Bob"]).rows().map(\.text) == ["2"])
    #expect(try world.violations.isEmpty)
  }

  @Test func `shortcuts are followed, also in a circle, or skipped`() throws {
    let top = try world.folder("Top")
    let file = try world.add("real.csv", "1")
    func link(_ name: String, _ id: String, _ type: String) throws {
      try world.add(
        name, in: top, type: DriveFile.shortcutType,
        ["shortcutDetails": ["targetId": .string(id), "targetMimeType": .string(type)]])
    }
    try link("alias.csv", file, "text/csv")
    try link("circle", top, DriveFile.folderType)
    try link("dangling.csv", "gone", "text/csv")
    #expect(try world.source(["folder": "Top"]).rows().map(\.relative) == ["alias.csv"])
    let none = problem { _ = try world.source(["folder": "Top", "shortcuts": "skip"]).rows() }
    #expect(none?.status == .notFound && none?.message.contains("3 shortcuts were passed over") == true)
  }

  @Test func `Google documents are exported to the chosen formats`() throws {
    let docs = try world.folder("Docs")
    try world.add("Plan", in: docs, type: "application/vnd.google-apps.document")
    try world.add("Figures", in: docs, type: "application/vnd.google-apps.spreadsheet")
    try world.add("Form", in: docs, type: "application/vnd.google-apps.form")
    let usual = try world.source(["folder": "Docs"]).rows()
    #expect(usual.map(\.relative) == ["Figures.xlsx", "Plan.docx"])
    let chosen = try world.source(["folder": "Docs", "export": ["documents": "md", "spreadsheets": "csv"]]).rows()
    #expect(chosen.map(\.relative) == ["Figures.csv", "Plan.md"] && chosen[0].text.hasPrefix("Figures as text/csv"))
    #expect(
      chosen[1].values["media_type"]?.string == "text/markdown" && chosen[1].attributes["exported_as"]?.string == "md")
    let skipped = try world.source(["folder": "Docs", "export": ["documents": "skip"]]).rows()
    #expect(skipped.map(\.relative) == ["Figures.xlsx"])
  }

  @Test func `patterns choose by name and by path`() throws {
    let top = try world.folder("P")
    let draft = try world.folder("draft", in: top)
    for (name, parent) in [("a.csv", top), ("b.txt", top), ("c.csv", draft)] { try world.add(name, in: parent, "1") }
    func names(_ more: JSONValue) throws -> [String] {
      try world.source(.object((more.object ?? [:]).merging(["folder": "P"]) { $1 })).rows().map(\.relative)
    }
    #expect(try names(["include": ["*.csv"]]) == ["a.csv", "draft/c.csv"])
    #expect(try names(["include": ["*.csv"], "exclude": ["draft/"]]) == ["a.csv"])
    #expect(try names(["recursive": false]) == ["a.csv", "b.txt"])
    #expect(try world.requests("files?q=").count > 0)
    let none = problem { _ = try names(["include": ["*.parquet"]]) }
    #expect(none?.details["path"]?.string == "/include" && none?.message.contains("'a.csv'") == true)
  }

  @Test func `a listing of several pages is whole, and no bytes are asked for where none are wanted`() throws {
    let many = try world.folder("Many")
    try world.order(["many": ["parent": .string(many), "count": 1203]])
    let instance = try world.source(["folder": "Many", "download": false, "order": "listing"])
    let rows = try instance.open().readRows().map { Row(values: $0) }
    #expect(rows.count == 1203 && Set(rows.map(\.relative)).count == 1203 && rows.allSatisfy { $0.path == nil })
    #expect(try world.requests("pageToken").count == 1 && world.requests("alt=media").isEmpty)
    let limit = problem { _ = try world.source(["folder": "Many", "max_files": 100, "download": false]).rows() }
    #expect(limit?.details["path"]?.string == "/max_files")
    let few = try world.source(["folder": "Many"])
    #expect(try few.open(ScanRequest(limit: 3)).readRows().count == 3)
    #expect(try world.requests("alt=media").count == 3)
  }

  @Test func `files are handed on as soon as they are there`() throws {
    let folder = try world.folder("S")
    try world.add("a-slow.csv", in: folder, "slow", ["id": "slow"])
    for name in ["b.csv", "c.csv", "d.csv"] { try world.add(name, in: folder, "fast") }
    try world.fault("files/slow\\?alt=media", ["delay": 2])
    let instance = try world.source(["folder": "S"])
    let stream = try instance.open()
    var names: [String] = []
    while let batch = try stream.next() {
      for row in 0..<batch.rowCount { names.append(batch.column("path")?.string(row) ?? "") }
    }
    stream.close()
    #expect(names.count == 4 && names.last?.hasSuffix("/a-slow.csv") == true)
    try world.fault("files/slow\\?alt=media", ["delay": 1])
    let inOrder = try world.source(["folder": "S", "order": "listing"])
    let ordered = try inOrder.open().readRows().map { Row(values: $0).relative }
    #expect(ordered == ["a-slow.csv", "b.csv", "c.csv", "d.csv"])
  }

  @Test func `a source that is opened twice in a run downloads once`() throws {
    let folder = try world.folder("D")
    for index in 0..<5 { try world.add("f\(index).csv", in: folder, "\(index)") }
    let instance = try world.source(["folder": "D"])
    let first = try instance.rows()
    let second = try instance.rows()
    #expect(first.map(\.text) == second.map(\.text) && second.count == 5)
    #expect(try world.requests("alt=media").count == 5)
  }

  @Test func `the test button says what is there and who looks`() throws {
    let folder = try world.folder("T")
    try world.add("a.csv", in: folder, "12345")
    let answer = try world.source(["folder": "T"]).check()
    #expect(answer["message"]?.string == "1 file, 5 bytes in My Drive/T, as ada@example.org")
    #expect(try world.requests("alt=media").isEmpty)
  }
}
