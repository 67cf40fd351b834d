// Regular expressions: the common syntax means the common thing, or is refused.
import Testing

@testable import ExpectationsPlugin

@Suite struct PatternTests {
  private func matches(_ pattern: String, _ text: String) throws -> Bool {
    var text = text
    let matcher = PatternMatcher(try Pattern(pattern))
    return text.withUTF8 { matcher.matches(UnsafeRawBufferPointer($0)) }
  }

  @Test(arguments: [
    ("abc", "xabcx", true), ("^abc$", "xabc", false), ("^$", "", true), ("a|b", "xb", true),
    ("^(?:ab)+$", "abab", true),
    ("^\\d{2,3}$", "12", true), ("^\\d{2,3}$", "1234", false), ("^\\D+$", "ab1", false), ("^\\w+$", "a_1", true),
    ("^\\w+$", "größe", true), ("^\\W$", "-", true), ("\\s", "a b", true), ("^\\S+$", "a b", false),
    ("^.$", "é", true), ("^.{3}$", "日本語", true), ("^[а-я]+$", "слово", true), ("^[а-я]+$", "Word", false),
    ("\\bcat\\b", "a cat.", true), ("\\bcat\\b", "concat", false), ("\\Aab\\z", "ab", true), ("a\\.b", "a.b", true),
    ("a\\.b", "axb", false), ("^[\\w.]+$", "a.b", true), ("^[\\d\\-x]+$", "1-x", true), ("^[]a]+$", "]a", true),
    ("^[\\]a]+$", "a]", true), ("^[^\\]]+$", "a]", false), ("^[a\\\\]+$", "\\a", true), ("^[\\^a]+$", "^a", true),
    ("[^^]", "^", false), ("^[\\^]$", "^", true), ("^[\\^-]+$", "-^", true), ("^[\\[^]+$", "[^", true),
    ("^[[:upper:]]+$", "AB", true), ("^[a-z-]+$", "a-b", true), ("^[+--]+$", "+,-", true), ("^a+?$", "aaa", true),
    ("^a*?$", "", true), ("(?i)^abc$", "aBC", true), ("(?i)é", "É", true), ("^[\\d-z]+$", "1-z", true),
    ("^[x-é]+$", "~y", true), ("^a\\{1\\}$", "a{1}", true),
    ("a\\tb", "a\tb", true), ("^a.c$", "a\nc", true), ("^a\\n", "a\n", true), ("\\/x", "/x", true), ("\\<", "<", true),
    ("^[^@\\s]+@[^@\\s]+\\.[a-z]{2,}$", "some.one@example.org", true),
    ("^[^@\\s]+@[^@\\s]+\\.[a-z]{2,}$", "some one@example.org", false),
    ("^[^@\\s]+@[^@\\s]+\\.[a-z]{2,}$", "jürgen@example.org", true),
  ])
  func `a pattern matches what it says`(_ pattern: String, _ text: String, _ expected: Bool) throws {
    #expect(try matches(pattern, text) == expected, "\(pattern) on \(text)")
  }

  @Test(arguments: [
    "", "(a", "a)", "[a", "a{2", "a{5,2}", "a{,3}", "*a", "+", "a**", "(?=a)", "(?<n>a)", "(a)\\1", "\\p{L}", "a\\",
    "[z-a]", "a\u{0}b", "[а-一]", "[[:nothing:]]", "a{1001}", "((a{100}){100}){100}", "a++", "(?i)",
    String(repeating: "(", count: 60) + String(repeating: ")", count: 60), String(repeating: "a", count: 3000),
  ])
  func `what would mean something else, or cost too much, is refused`(_ pattern: String) {
    #expect(throws: Pattern.Malformed.self) { try Pattern(pattern) }
  }

  @Test func `a NUL inside a value is just a character, which the dot does not take`() throws {
    #expect(try matches("^a[^b]b$", "a\u{0}b"))
    #expect(try matches("b$", "a\u{0}b"))
    #expect(try !matches("^a$", "a\u{0}"))
    #expect(try !matches("^a.b$", "a\u{0}b"))
  }

  @Test(arguments: ["", "é", "\u{0}", "é\u{0}"])
  func `long values get the same answers, in linear time`(_ tail: String) throws {
    let long = String(repeating: "ab", count: 100_000) + tail
    #expect(try matches("(a|b)*c(a|b)*$", long) == false)
    #expect(try matches("b[^ab]*$", long))
    #expect(try matches("^ab", long) && !matches("^b|^c", long))
    #expect(try matches("[^ab]", long) == !tail.isEmpty)
  }

  @Test func `the automaton answers the same after it was made anew`() throws {
    let matcher = PatternMatcher(try Pattern("^(a|b)*a(a|b){6}$"))
    let value = String(repeating: "ab", count: 2000)
    for round in 0..<200 {
      let text = round % 2 == 0 ? value : value + "b"
      let found = text.utf8.withContiguousStorageIfAvailable { matcher.matches(UnsafeRawBufferPointer($0)) }
      #expect(found == (round % 2 == 1))
    }
  }
}
