// File name patterns.
import FileNames
import Testing

@testable import LocalFilesPlugin

@Suite struct GlobTests {
  private func matches(_ pattern: String, _ path: String) -> Bool {
    (try? Glob(pattern))?.matches(Array(path.utf8)) ?? false
  }

  @Test(arguments: [
    ("*.csv", "a.csv", true), ("*.csv", "deep/down/a.csv", true), ("*.csv", "a.csv.gz", false),
    ("data/*.csv", "data/a.csv", true), ("data/*.csv", "data/sub/a.csv", false),
    ("data/**/*.csv", "data/a.csv", true), ("data/**/*.csv", "data/x/y/a.csv", true),
    ("**/tmp/**", "a/tmp/b/c", true), ("**/tmp/**", "tmp/c", true), ("**/tmp/**", "a/tmpx/c", false),
    ("**", "any/thing", true), ("2024/", "2024/01/a", true), ("./a/*.csv", "a/b.csv", true),
    ("?.csv", "é.csv", true), ("?.csv", "ab.csv", false), ("[a-c]*.txt", "beta.txt", true),
    ("[!a-c]*.txt", "beta.txt", false), ("[]x]", "]", true), ("{a,b{1,2}}.csv", "b2.csv", true),
    ("{a,b}.csv", "c.csv", false), ("\\*.csv", "*.csv", true), ("\\*.csv", "a.csv", false),
    ("a*b*c", "aXXbYYc", true), ("a*b*c", "aXXbYY", false), ("a?c", "a/c", false), ("x/[!y]", "x//", false),
  ])
  func `a pattern takes what it says`(_ pattern: String, _ path: String, _ expected: Bool) {
    #expect(matches(pattern, path) == expected, "\(pattern) on \(path)")
  }

  @Test func `a byte that is not UTF-8 counts as one character`() throws {
    #expect(try Glob("caf?.csv").matches(Array("caf".utf8) + [0xE9] + Array(".csv".utf8)))
    #expect(try Glob("caf*").matches(Array("caf".utf8) + [0xE9]))
  }

  @Test(arguments: ["", "[abc", "{a,b", "[z-a]", String(repeating: "{a,b}", count: 12)])
  func `a malformed pattern is refused`(_ pattern: String) {
    #expect(throws: Glob.Malformed.self) { try Glob(pattern) }
  }

  @Test func `a pattern full of stars is not slow`() throws {
    let glob = try Glob(String(repeating: "*a", count: 50) + "b")
    let clock = ContinuousClock()
    let time = clock.measure { #expect(!glob.matches([UInt8](repeating: 0x61, count: 500))) }
    #expect(time < .seconds(20))
  }
}
