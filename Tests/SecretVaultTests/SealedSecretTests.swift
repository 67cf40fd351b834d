// A sealed value opens only unchanged, under its own name and version, with its own key.
import Model
import Testing

@testable import SecretVault

private let key = SecretKey.make()
private let value = Array("s3cret value".utf8)

@Test func `a sealed value opens again`() throws {
  let sealed = try SealedSecret.seal(value, name: "db", version: 3, with: key)
  #expect(try SealedSecret.open(sealed, name: "db", version: 3, with: SecretKeys(key)) == value)
}

@Test func `a change at any byte is noticed`() throws {
  let sealed = try SealedSecret.seal(value, name: "db", version: 3, with: key)
  for position in sealed.indices {
    var changed = sealed
    changed[position] ^= 1
    let problem = #expect(throws: Problem.self) {
      try SealedSecret.open(changed, name: "db", version: 3, with: SecretKeys(key))
    }
    #expect(problem?.code == .secretUnavailable)
  }
  for count in sealed.indices {
    #expect(throws: Problem.self) {
      try SealedSecret.open(Array(sealed[..<count]), name: "db", version: 3, with: SecretKeys(key))
    }
  }
}

@Test func `another name, version or key does not open it`() throws {
  let sealed = try SealedSecret.seal(value, name: "db", version: 3, with: key)
  let keys = SecretKeys(key)
  #expect(throws: Problem.self) { try SealedSecret.open(sealed, name: "dc", version: 3, with: keys) }
  #expect(throws: Problem.self) { try SealedSecret.open(sealed, name: "db", version: 4, with: keys) }
  #expect(throws: Problem.self) { try SealedSecret.open(sealed, name: "db", version: 3, with: SecretKeys(.make())) }
}

@Test func `rewrapping moves a value to the newest key`() throws {
  let sealed = try SealedSecret.seal(value, name: "db", version: 3, with: key)
  let keys = SecretKeys(.make(), older: [key])
  let moved = try #require(try SealedSecret.rewrap(sealed, name: "db", version: 3, with: keys))
  #expect(try SealedSecret.open(moved, name: "db", version: 3, with: SecretKeys(keys.newest)) == value)
  #expect(try SealedSecret.rewrap(moved, name: "db", version: 3, with: keys) == nil)
}
