// Paths that a form offers while one is being typed.
import JSONValue
import PluginKit
import Testing

@testable import LocalFilesPlugin

@Suite struct PathChoiceTests {
  let scratch = ScratchFolder()

  private func offered(_ typed: String) throws -> FieldChoices {
    // Nothing is filled in yet: the form asks before the path has its first letter.
    try makeSource([:]).options(field: "/path", query: typed, run: .detached)
  }

  @Test func `what lies in the folder that was typed is offered, folders first`() throws {
    for name in ["b.csv", "a.csv", "sub/c.csv", ".hidden.csv"] { scratch.file(name, "12345") }
    let found = try offered(scratch.path + "/")
    #expect(found.choices.map { $0.value?.string } == ["/sub/", "/a.csv", "/b.csv"].map { scratch.path + $0 })
    #expect(found.choices.map(\.title) == ["folder", "5 bytes", "5 bytes"])
    #expect(!found.hasMore)
  }

  @Test func `a begun name narrows them, and a dot brings hidden ones`() throws {
    for name in ["flights.csv", "flags.csv", "airports.csv", ".hidden.csv"] { scratch.file(name) }
    func names(_ typed: String) throws -> [String?] {
      try offered(scratch.path + "/" + typed).choices.map {
        $0.value?.string.map { String($0.split(separator: "/").last!) }
      }
    }
    #expect(try names("fl") == ["flags.csv", "flights.csv"])
    #expect(try names(".") == [".hidden.csv"])
    #expect(try names("zz") == [])
  }

  @Test func `a relative path stays relative, and one that leads nowhere has no choices`() throws {
    let top = try offered("").choices
    #expect(top.allSatisfy { $0.value?.string?.hasPrefix("/") == false })
    #expect(try offered(scratch.path + "/gone/").choices.isEmpty)
  }

  @Test func `a large folder offers a part and says so`() throws {
    for number in 0..<250 { scratch.file("f\(number)") }
    let found = try offered(scratch.path + "/")
    #expect(found.choices.count == 200 && found.hasMore)
    #expect(try !offered(scratch.path + "/f24").hasMore)
  }

  @Test func `the folder sink offers folders only`() throws {
    scratch.file("a.csv")
    scratch.folder("out")
    let sink = try FolderSink(configuration: JSONValue.object([:]).decode(FolderConfiguration.self), host: .detached)
    let found = try sink.options(field: "/path", query: scratch.path + "/", run: .detached)
    #expect(found.choices.map(\.value) == [.string(scratch.path + "/out/")])
  }

  @Test func `without a path nothing is listed and nothing written`() throws {
    let source = problem { _ = try makeSource([:]).open(ScanRequest(), .detached) }
    #expect(source?.status == .configuration && source?.details["path"] == "/path")
    let sink = try FolderSink(configuration: JSONValue.object([:]).decode(FolderConfiguration.self), host: .detached)
    let refused = problem { try sink.begin(.files, .detached) }
    #expect(refused?.status == .configuration && refused?.details["path"] == "/path")
  }
}
