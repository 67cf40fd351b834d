// Structured values: what fits, and the words for what does not.
import JSONValue
import PluginKit
import PluginTesting
import Testing

@testable import GeneratePlugin

@Suite struct ExtractionTests {
  private func row(_ answer: String, _ columns: JSONValue) throws -> [String: JSONValue] {
    try bench { _ in answer }.generate(["prompt": "x", "columns": columns], try questions(["a"]))[0]
  }

  @Test func `values of every type come out at their pointers`() throws {
    let row = try row(
      #"{"s": "t", "n": 1.5, "i": 3, "b": true, "o": {"k": [1]}, "a/b": "x", "l": ["p", "q"], "none": null}"#,
      [
        ["name": "s"], ["name": "n", "type": "number"], ["name": "i", "type": "integer"],
        ["name": "b", "type": "boolean"], ["name": "o", "type": "json"],
        ["name": "first", "type": "integer", "pointer": "/o/k/0"],
        ["name": "a/b"], ["name": "l", "type": "list<utf8>"], ["name": "none"],
      ])
    #expect(row["s"] == "t" && row["n"] == 1.5 && row["i"] == 3 && row["b"] == true && row["o"] == #"{"k":[1]}"#)
    #expect(row["first"] == 1 && row["a/b"] == "x" && row["l"] == ["p", "q"] && row["none"] == .null)
    #expect(row["error"] == .null)
  }

  @Test func `one fence of Markdown around it does not matter`() throws {
    #expect(try row("```json\n{\"s\": \"t\"}\n```\n", [["name": "s"]])["s"] == "t")
  }

  @Test func `what does not fit or is not there is null with words, and the rest stays`() throws {
    let row = try row(
      #"{"n": "12", "ok": "yes"}"#,
      [["name": "n", "type": "number"], ["name": "gone", "pointer": "/x/y"], ["name": "ok"]])
    #expect(row["n"] == .null && row["gone"] == .null && row["ok"] == "yes")
    #expect(
      row["error"] == """
        column 'n' holds float64, and "12" does not fit; column 'gone': the answer has nothing at '/x/y'
        """)
    #expect(row["text"] == #"{"n": "12", "ok": "yes"}"#)
  }

  @Test(arguments: [("", "the answer is empty"), ("Sure! {", "the answer is no JSON: \"Sure! {\"")])
  func `an answer that is no JSON says so once`(_ answer: String, _ words: String) throws {
    let row = try row(answer, [["name": "a"], ["name": "b"]])
    #expect(row["a"] == .null && row["error"] == .string(words))
  }
}
