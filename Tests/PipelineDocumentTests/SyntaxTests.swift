// Text that is no document: each is refused at once, with a code and a line.
import JSONValue
import Model
import PipelineDocument
import Testing

struct SyntaxTests {
  @Test(arguments: [
    ("", ProblemCode.documentSyntax, "empty"),
    ("# only a comment\n", .documentSyntax, "empty"),
    ("a: b: c\n", .documentSyntax, "mapping values"),
    ("a: [1, 2\n", .documentSyntax, "line"),
    ("a: \"open\n", .documentSyntax, "quoted scalar"),
    ("a: 1\n---\nb: 2\n", .documentSyntax, "another document"),
    ("a: *nowhere\n", .documentSyntax, "undefined alias"),
    ("a: !!python/object x\n", .documentSyntax, "tag"),
    ("a: .inf\n", .wrongType, "JSON does not have"),
    ("? [a, b]\n: 1\n", .documentSyntax, "key"),
    ("just text", .wrongType, "mapping"),
    ("- a\n- b\n", .wrongType, "mapping"),
  ])
  func `text that is no pipeline is refused with a reason`(_ text: String, _ code: ProblemCode, _ words: String) {
    let found = problems(parsing: text)
    #expect(found.first?.code == code, "\(found.text)")
    #expect(found.text.localizedCaseInsensitiveContains(words), "\(found.text)")
    #expect(found.first?.at?.file == "test.yaml")
  }

  @Test func `a NUL byte is named with line and column`() {
    let found = problems(parsing: "apiVersion: x\nkind: a\0b\n")
    #expect(found.codes == [.documentSyntax])
    #expect(found[0].at?.line == 2 && found[0].at?.column == 8)
    #expect(found[0].detail.contains("NUL"))
  }

  @Test func `bytes that are not UTF-8 are named by their line`() throws {
    #expect(throws: Problems.self) { try PipelineDocument(parsing: [0x61, 0x3A, 0x20, 0x31, 0x0A, 0x62, 0xFF, 0xFE]) }
    do throws(Problems) {
      _ = try PipelineDocument(parsing: [0x61, 0x3A, 0x20, 0x31, 0x0A, 0x62, 0xFF, 0xFE])
    } catch {
      #expect(error.all.lines == [2])
      #expect(error.all.text.contains("UTF-8"))
    }
  }

  @Test func `a tab as indentation is called a tab`() {
    let found = problems(parsing: "metadata:\n\tname: x\n")
    #expect(found.codes == [.documentSyntax])
    #expect(found[0].next.contains("tab"), "\(found.text)")
    #expect(found[0].at?.line == 2)
  }

  @Test func `a reference without quotes inside braces is told to take quotes`() {
    let found = problems(parsing: Sample.document("a: {use: local-files/source, with: {path: ${parameters.x}}}"))
    #expect(found.codes == [.documentSyntax])
    #expect(found[0].next.contains("quotes"), "\(found.text)")
  }

  @Test func `a key that stands twice is reported at its second line`() {
    let found = problems(
      parsing: "apiVersion: opentrusteval/v1\nkind: Pipeline\nmetadata:\n  name: a\n  title: t\n  name: b\n")
    #expect(found.codes == [.duplicateName])
    #expect(found[0].at?.line == 6)
    #expect(found[0].detail.contains("line 4"), "\(found.text)")
    #expect(problems(parsing: "a: {b: 1, b: 2}").codes == [.duplicateName])
    #expect(problems(parsing: #"{"a": 1, "a": 2}"#).codes == [.duplicateName])
  }

  @Test func `a document of more than 4 MiB is not parsed`() {
    let found = problems(parsing: "a: " + String(repeating: "x", count: 4 << 20))
    #expect(found.codes == [.documentTooLarge])
  }

  @Test(arguments: [65, 100, 900, 5_000, 200_000])
  func `deep nesting is refused, not recursed into`(_ depth: Int) {
    let open = String(repeating: "[", count: depth)
    let found = problems(parsing: "a: " + open + String(repeating: "]", count: depth))
    #expect(found.codes == [.documentTooLarge], "\(found.text)")
    #expect(problems(parsing: "a: " + open).first?.code == (depth < 1000 ? .documentSyntax : .documentTooLarge))
  }

  @Test func `deep nesting in block style is refused too`() {
    let text = (0..<2_000).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")
    #expect(problems(parsing: text).codes == [.documentTooLarge])
  }

  @Test func `nested aliases do not multiply`() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...12 {
      let list = [String](repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(list)]\n"
    }
    let found = problems(parsing: text)
    #expect(found.codes == [.documentTooLarge], "\(found.text)")
  }

  @Test func `nested aliases of a long text do not multiply`() {
    let text =
      "a: &a \(String(repeating: "x", count: 1 << 20))\nb: [\([String](repeating: "*a", count: 50).joined(separator: ", "))]\n"
    #expect(problems(parsing: text).codes == [.documentTooLarge])
  }

  @Test(arguments: [
    "{*b : 1}", "*b : 1", "? *b\n: 1", "{[*b, *b]: 1}", "- ? *b\n  : 1", "[*b]: 1", "? - *b\n: 1", "{? *b : 1}",
    "{?\n *b : 1}", "!!map ? *b\n: 1", "? # c\n  *b\n: 1", "{\"a\":1, *b: 2}", "{ x: 1,? *b}",
    "{*b}", "{\n*b\n}", "{[\n*b\n]}", "[*b : 1]", "{?[\n*b] : 1}", "{'# }': 1, *b}", "{\"\\\" # {\": *b, ? *b}",
  ])
  func `nested aliases inside keys are refused before they are hashed`(_ key: String) {
    // 10^30 values if the key were ever visited whole.
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...29 {
      let name = level == 29 ? "b" : "a\(level)"
      text += "a\(level): &\(name) [\([String](repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]\n"
    }
    let body = key.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
    let found = problems(parsing: text + "k:\n" + body + "\n")
    #expect(found.codes == [.documentTooLarge], "\(found.text)")
  }

  @Test func `an anchor that is defined twice is refused, since its alias would be a guess`() {
    #expect(problems(parsing: "a: &x [1]\nb: &x [*x, *x]\nc: [*x, *x]").codes == [.duplicateName])
  }

  @Test func `an ampersand and an asterisk in a query are not YAML's`() throws {
    let text = Sample.document(
      "a:\n  use: x/y\n  with:\n    query: |\n      SELECT a &b, a &b, c *b, count(*) FROM t\n      WHERE x &mask <> 0 AND x *2 > 1"
    )
    #expect(problems(parsing: text.replacing("c *b", with: "c")).isEmpty)
  }

  @Test func `aliases as values are plain YAML`() throws {
    let text = Sample.document(
      "a: {use: local-files/source, with: &w {path: data, include: [\"*.csv\"]}}\nb: {use: local-files/source, with: *w}"
    )
    let document = try PipelineDocument(parsing: text)
    #expect(document.pipeline.nodes[1].configuration == ["path": "data", "include": ["*.csv"]])
  }

  @Test func `scalars mean what YAML 1_2 says, so no and on are texts`() throws {
    let text = Sample.document(
      "a: {use: x/y, with: {a: no, b: on, c: yes, d: 1, e: 1.5, f: 0x10, g: 0o17, h: 1e3, i: ~, j: , k: true, l: '1', "
        + "m: 12:30, n: 2024-01-01, o: -7, p: +3, q: 1_000, r: .5, s: 99999999999999999999, t: 0b1, u: '', v: -, w: 1.}}"
    )
    let document = try PipelineDocument(parsing: text)
    let expected: JSONValue = [
      "a": "no", "b": "on", "c": "yes", "d": 1, "e": 1.5, "f": 16, "g": 15, "h": 1000.0, "i": nil, "j": nil, "k": true,
      "l": "1", "m": "12:30", "n": "2024-01-01", "o": -7, "p": 3, "q": "1_000", "r": 0.5, "s": 1e20, "t": "0b1",
      "u": "", "v": "-", "w": 1.0,
    ]
    #expect(document.pipeline.nodes[0].configuration == expected)
  }

  @Test func `JSON is accepted, with surrogate pairs and tabs`() throws {
    let text = """
      {\t"apiVersion": "opentrusteval/v1",
      \t"kind": "Pipeline",
      \t"metadata": {"name": "j", "title": "a\\ud83d\\ude00\\u00e9\\\\ud83d\\/b"},
      \t"nodes": {"a": {"use": "x/y"}}}
      """
    let document = try PipelineDocument(parsing: text)
    #expect(document.pipeline.title == "a\u{1F600}é\\ud83d/b")
  }

  @Test func `a byte order mark and Windows line ends are accepted`() throws {
    let text = "\u{FEFF}" + Sample.document("a: {use: x/y}").replacing("\n", with: "\r\n")
    #expect(try PipelineDocument(parsing: text).pipeline.nodes.count == 1)
  }

  @Test func `a file that is not there is a coded problem`() {
    #expect(throws: Problems.self) { try PipelineDocument.read(path: "/nowhere/pipeline.yaml") }
    do throws(Problems) {
      _ = try PipelineDocument.read(path: "/nowhere/pipeline.yaml")
    } catch {
      #expect(error.all.codes == [.documentUnreadable])
      #expect(error.all.text.contains("/nowhere/pipeline.yaml"))
    }
    do throws(Problems) {
      _ = try PipelineDocument.read(path: "/dev/zero")
    } catch {
      #expect(error.all.codes == [.documentTooLarge])
    }
  }
}

extension String {
  fileprivate func localizedCaseInsensitiveContains(_ other: String) -> Bool {
    lowercased().contains(other.lowercased())
  }
}
