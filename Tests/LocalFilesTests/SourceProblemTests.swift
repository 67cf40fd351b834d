// Wrong settings and unusable folders: each answer says what, where, whose fault and what next.
import JSONValue
import PluginKit
import Testing

@testable import LocalFilesPlugin

@Suite struct SourceProblemTests {
  let scratch = ScratchFolder()

  private func opening(_ config: JSONValue) -> PluginError? { problem { _ = try listed(config) } }

  @Test func `a missing path names the nearest one that is there`() {
    scratch.folder("nycflights13")
    let error = opening(["path": .string(scratch.path + "/nycflight13")])
    #expect(error?.status == .notFound && error?.details["path"] == "/path")
    #expect(error?.message.contains("did you mean 'nycflights13'?") == true)
    let second = opening([
      "path": [.string(scratch.path), .string(scratch.path + "/gone/deeper")], "allow_empty": true,
    ])
    #expect(second?.details["path"] == "/path/1")
    #expect(second?.message.contains("holds no 'gone'") == true)
  }

  @Test func `no matching file lists the nearest names`() {
    scratch.file("flights.csv")
    scratch.file("airports.csv")
    let error = opening(["path": .string(scratch.path), "include": ["fligths.csv"]])
    #expect(error?.status == .notFound && error?.details["path"] == "/include")
    #expect(error?.message.contains("the nearest 'flights.csv'") == true)
    #expect(error?.details["nearest"] == ["flights.csv"])
  }

  @Test func `an empty folder is a problem unless it is allowed`() throws {
    let config: JSONValue = ["path": .string(scratch.path)]
    #expect(opening(config)?.status == .notFound)
    #expect(try listed(["path": .string(scratch.path), "allow_empty": true]).isEmpty)
    scratch.link("l.csv", to: "nowhere")
    scratch.file(".h.csv")
    let message = opening(config)?.message ?? ""
    #expect(message.contains("1 links were passed over") && message.contains("1 hidden names"))
  }

  @Test func `a name that is not UTF-8 is named with its odd bytes escaped`() throws {
    scratch.write(Array("caf".utf8) + [0xE9] + Array(".csv".utf8), "x")
    scratch.file("ok.csv")
    let error = opening(["path": .string(scratch.path)])
    #expect(error?.status == .data && error?.message.contains("caf\\xE9.csv is not UTF-8") == true)
    #expect(try listed(["path": .string(scratch.path), "exclude": ["caf?.csv"]]) == ["ok.csv"])
  }

  @Test func `more files than the limit stop the listing`() {
    for name in ["a", "b", "c"] { scratch.file(name) }
    let error = opening(["path": .string(scratch.path), "max_files": 2])
    #expect(error?.status == .configuration && error?.details["path"] == "/max_files")
  }

  @Test(
    arguments: [
      (["path": ""], "/path"), (["path": []], "/path"), (["path": ["/tmp", 3]], "/path/1"), (["path": 7], "/path"),
      (["path": "a\u{0}b"], "/path"), (["path": "file:///tmp"], "/path"),
      (["path": "/tmp", "include": ["ok", "[a"]], "/include/1"), (["path": "/tmp", "exclude": ["{"]], "/exclude/0"),
      (["path": "/tmp", "modified_after": "yesterday"], "/modified_after"),
      (["path": "/tmp", "minimum_size": 5, "maximum_size": 4], "/maximum_size"),
      (["path": "/tmp", "max_files": 0], "/max_files"),
    ] as [(JSONValue, String)])
  func `a wrong setting is named by its place`(_ config: JSONValue, _ pointer: String) {
    let error = problem { _ = try makeSource(config) }
    #expect(
      error?.status == .configuration && error?.details["path"] == .string(pointer),
      "\(config.text): \(error?.message ?? "")")
  }

  @Test func `system errors are told apart by who can mend them`() {
    let cases: [(Int32, PluginError.Status)] = [
      (13, .denied), (1, .denied), (30, .denied), (28, .resource), (122, .resource), (24, .resource), (2, .notFound),
      (5, .io), (36, .data),
    ]
    for (code, status) in cases {
      let error = SystemError("read", "/data/a.csv", code: code).problem(at: "/path")
      #expect(error.status == status && error.message.hasPrefix("cannot read /data/a.csv: "))
      #expect(error.details["vendor_code"] == .int(Int64(code)) && error.details["path"] == "/path")
    }
  }
}
