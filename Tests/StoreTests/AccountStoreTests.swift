// People and what stands for them once they are signed in.
import JSONValue
import Model
import TestSupport
import Testing

@testable import MetadataStore

@Suite struct AccountStoreTests {
  private let folder = TemporaryFolder()
  private func open() throws -> MetadataStore { try MetadataStore(path: "\(folder.path)/m.sqlite") }
  private let past = "2020-01-01T00:00:00.000Z"
  private let future = "2999-01-01T00:00:00.000Z"

  @Test func `a person is created once, changed and found`() throws {
    let store = try open()
    var ann = Samples.user("ann", isAdmin: true)
    ann.identity = "issuer|1"
    try store.createUser(ann, passwordHash: "h")
    #expect(problemCode { try store.createUser(ann) } == .nameTaken)
    #expect(try store.user("ann") == ann)
    #expect(try store.user(identity: "issuer|1") == ann)
    #expect(try store.passwordHash(of: "ann") == "h")
    try store.setPasswordHash("h2", of: "ann")
    #expect(try store.passwordHash(of: "ann") == "h2")
    ann.title = "Ann B"
    try store.updateUser(ann)
    #expect(try store.users() == [ann])
    try store.touchUser("ann")
    #expect(try store.user("ann")?.lastSeenAt != nil)
    #expect(try store.preferences(of: "ann") == [:])
    try store.setPreferences(["theme": "dark"], of: "ann")
    #expect(try store.preferences(of: "ann") == ["theme": "dark"])
    #expect(problemCode { try store.setPasswordHash("x", of: "bob") } == .nothingHere)
  }

  @Test func `the last admin who may sign in stays one`() throws {
    let store = try open()
    var ann = Samples.user("ann", isAdmin: true)
    try store.createUser(ann)
    ann.isAdmin = false
    #expect(problemCode { try store.updateUser(ann) } == .wrongState)
    #expect(problemCode { try store.disableUser("ann") } == .wrongState)
    #expect(problemCode { try store.deleteUser("ann") } == .wrongState)
    #expect(try store.user("ann")?.isAdmin == true)
    try store.createUser(Samples.user("bob", isAdmin: true))
    try store.deleteUser("ann")
    #expect(try store.users().map(\.name) == ["bob"])
  }

  @Test func `a session ends with its time and with its person`() throws {
    let store = try open()
    try store.createUser(Samples.user("ann"))
    for (hash, end) in [("a", future), ("b", past)] {
      try store.createSession(Session(hash: hash, user: "ann", csrf: "c", createdAt: past, expiresAt: end))
    }
    let found = try #require(try store.session(hash: "a"))
    #expect(found.session.csrf == "c" && found.session.createdAt == past && found.user.name == "ann")
    #expect(found.user.createdAt == "2026-01-01T00:00:00.000Z")
    #expect(try store.session(hash: "b") == nil)
    try store.extendSession(hash: "b", until: future)
    #expect(try store.session(hash: "b") != nil)
    try store.disableUser("ann")
    #expect(try store.session(hash: "a") == nil)
    var ann = Samples.user("ann")
    ann.isDisabled = false
    try store.updateUser(ann)
    #expect(try store.session(hash: "a") == nil)
  }

  @Test func `a link works once and in its time`() throws {
    let store = try open()
    try store.createUser(Samples.user("ann"))
    try store.createLink(SignInLink(hash: "a", user: "ann", expiresAt: future))
    try store.createLink(SignInLink(hash: "b", user: "ann", expiresAt: past))
    #expect(try store.consumeLink(hash: "a")?.user == "ann")
    #expect(try store.consumeLink(hash: "a") == nil)
    #expect(try store.consumeLink(hash: "b") == nil)
  }

  @Test func `a token's use is noted at most once a minute`() throws {
    let store = try open()
    try store.createUser(Samples.user("ann"))
    let token = AccessToken(
      id: "t", user: "ann", title: "ci", role: .operator, projects: ["default"], createdAt: past, expiresAt: nil)
    try store.createToken(token, hash: "h")
    #expect(try store.tokens(of: "ann") == [token])
    #expect(try store.token(id: "t")?.hash == "h")
    try store.touchToken(id: "t")
    let first = try store.token(id: "t")?.token.lastUsedAt
    #expect(first != nil)
    try store.touchToken(id: "t")
    #expect(try store.token(id: "t")?.token.lastUsedAt == first)
    #expect(problemCode { try store.deleteToken(id: "t", of: "bob") } == .nothingHere)
    try store.deleteToken(id: "t", of: "ann")
    #expect(try store.token(id: "t") == nil)
  }

  @Test func `a secret is listed without its bytes and counts its versions`() throws {
    let store = try open()
    #expect(try store.putSecret("key", of: "default", sealed: [1, 2], by: "ann") == 1)
    #expect(try store.putSecret("key", of: "default", sealed: [3], by: "bob") == 2)
    #expect(try store.sealedSecret("key", of: "default") == [3])
    #expect(try store.secrets(of: ["default"]).map(\.updatedBy) == ["bob"])
    #expect(try store.secrets(of: []).isEmpty)
    try store.deleteSecret("key", of: "default")
    #expect(try store.sealedSecret("key", of: "default") == nil)
    #expect(problemCode { try store.deleteSecret("key", of: "default") } == .nothingHere)
  }
}
