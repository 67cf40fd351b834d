// The JSON reader that every document of host and plugins goes through: strict, exact, bounded.
import Foundation
import JSONValue
import Testing

@Suite struct JSONParserTests {
  @Test(arguments: [
    "", " ", "01", "1.", ".5", "-", "1e", "1e999", "+1", "\"a", "\"\\x\"", "\"\\ud83d\"", "\"\\ude00\"", "\"\\u+123\"",
    "\"\u{1}\"", "[1,2", "[1,]", "[,1]", "{\"a\":}", "{\"a\":1,}", "{a:1}", "tru", "nul", "true false", "'a'", "NaN",
    "// a comment\n1", "\u{FEFF}1",
  ])
  func `what is no JSON is refused`(text: String) {
    #expect(throws: DecodingError.self) { try JSONValue(parsing: text) }
  }

  @Test func `bytes that are no UTF-8 are refused`() {
    #expect(throws: DecodingError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
  }

  @Test func `values are read exactly`() throws {
    #expect(try JSONValue(parsing: "9223372036854775807") == .int(.max))
    #expect(try JSONValue(parsing: "-9223372036854775808") == .int(.min))
    #expect(try JSONValue(parsing: "9223372036854775808") == .double(9_223_372_036_854_775_808))
    #expect(try JSONValue(parsing: "0.1") == .double(0.1))
    #expect(try JSONValue(parsing: "1E+2") == .int(100))
    #expect(try JSONValue(parsing: #""\u00e9\ud83d\ude00\"\\\/\b\f\n\r\t\u0000""#) == "é😀\"\\/\u{8}\u{C}\n\r\t\0")
    #expect(try JSONValue(parsing: " [ 1 , { \"a\" : [ ] , \"b\" : { } } , null ] ") == [1, ["a": [], "b": [:]], nil])
  }

  @Test func `nesting is bounded`() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try JSONValue(parsing: nested(512))
    #expect(throws: DecodingError.self) { try JSONValue(parsing: nested(513)) }
    #expect(throws: DecodingError.self) { try JSONValue(parsing: String(repeating: "[", count: 5_000_000)) }
  }

  @Test func `an error names line and column`() throws {
    let error = #expect(throws: DecodingError.self) { try JSONValue(parsing: "{\n  \"a\": [1,\n  x]}") }
    guard case .dataCorrupted(let context) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(context.debugDescription.contains("line 3, column 3"))
  }

  @Test func `what is written is read back the same, by this reader and by Foundation's`() throws {
    let value: JSONValue = ["a": [1, 2.5, "x\n\"é😀", true, nil], "b": ["deep": [["c": -7]]]]
    #expect(try JSONValue(parsing: value.text) == value)
    #expect(try JSONValue(parsing: value.prettyText) == value)
    #expect(try JSONDecoder().decode(JSONValue.self, from: Data(value.text.utf8)) == value)
  }
}
