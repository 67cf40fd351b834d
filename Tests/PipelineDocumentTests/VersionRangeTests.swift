// Version ranges as a pipeline writes them.
import Model
import Testing

struct VersionRangeTests {
  @Test(arguments: [
    (">=1.0", "1.0.0", true), (">=1.0", "0.9.9", false), (">=1.0", "2.5.0", true), (">=1.0", "1.0.0-rc.1", false),
    ("^1.2", "1.2.0", true), ("^1.2", "1.9.9", true), ("^1.2", "2.0.0", false), ("^1.2", "2.0.0-rc.1", false),
    ("^0.2", "0.2.9", true), ("^0.2", "0.3.0", false), ("^0.0.3", "0.0.3", true), ("^0.0.3", "0.0.4", false),
    ("^0", "0.9.0", true), ("^0", "1.0.0", false), ("1.x", "1.7.2", true), ("1.x", "2.0.0", false),
    ("1.2.x", "1.2.8", true), ("1.2.*", "1.3.0", false), ("=1.0.0", "1.0.0", true), ("=1.0.0", "1.0.1", false),
    ("1.2", "1.2.9", true), ("1.2", "1.3.0", false), ("*", "0.0.1", true), ("~1.2.3", "1.2.9", true),
    ("~1.2.3", "1.3.0", false), ("~1", "1.9.0", true), (">1", "1.5.0", false), (">1", "2.0.0", true),
    (">1.0.0", "1.0.1", true), ("<=1.2", "1.2.9", true), ("<=1.2", "1.3.0", false), ("<2", "1.9.9", true),
    (">=1.0 <2.0", "1.5.0", true), (">=1.0, <2.0", "2.0.0", false), (">= 1.0", "1.0.0", true),
    ("=1.0.0-rc.1", "1.0.0-rc.1", true), (">=1.0.0-rc.2", "1.0.0-rc.10", true), (">=1", "not a version", false),
    ("1.0.0", "1.0.0+build.5", true),
  ])
  func `a range contains what its notation says`(_ range: String, _ version: String, _ expected: Bool) {
    #expect(VersionRange(range)?.contains(version) == expected)
  }

  @Test(arguments: ["", " ", "new", "1.2.3.4", ">=", ">>1", "1.x.2", "^", "a.b", "1..2", "^*", "-1", "1.2-rc"])
  func `what is no range is refused`(_ text: String) { #expect(VersionRange(text) == nil) }
}
