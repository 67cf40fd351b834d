// The number that tells whether anything was committed.
import TestSupport
import Testing

@testable import MetadataStore

@Suite struct StoreRevisionTests {
  private let folder = TemporaryFolder()

  @Test func `the number changes with each commit, of whomever, and with nothing else`() throws {
    let store = try MetadataStore(path: "\(folder.path)/m.sqlite")
    let other = try MetadataStore(path: "\(folder.path)/m.sqlite")
    let revision = try StoreRevision(of: store)
    var seen = [try revision.now()]
    for number in 1...5 {
      _ = try (number % 2 == 0 ? store : other).createProject("p\(number)", title: "P")
      seen.append(try revision.now())
    }
    #expect(Set(seen).count == 6, "\(seen)")
    #expect(try store.projects().count == 6)
    #expect(try other.projects().count == 6)
    #expect(try revision.now() == seen.last)
  }
}
