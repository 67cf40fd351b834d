// Nothing is allowed that was not granted; a token only narrows.
import Model
import Testing

@testable import Accounts

private let now = "2026-01-01T00:00:00Z"
private func user(admin: Bool = false, disabled: Bool = false) -> User {
  User(name: "ada", title: "Ada", isAdmin: admin, isDisabled: disabled, createdAt: now)
}
private func token(_ role: Role, _ projects: [String]? = nil, expires: String? = nil) -> AccessToken {
  AccessToken(id: "t1", user: "ada", title: "", role: role, projects: projects, createdAt: now, expiresAt: expires)
}
private func refusal(_ access: Access, _ need: Access.Need) -> ProblemCode? {
  do { try access.check(need, now: now) } catch { return error.code }
  return nil
}

@Test func `each role allows exactly what is at or below it`() {
  for own in Role.allCases {
    for needed in Role.allCases {
      let access = Access(user: user(), roles: ["p": own])
      #expect(refusal(access, .project("p", needed)) == (needed <= own ? nil : .notAllowed))
      for limit in Role.allCases {
        let limited = Access(user: user(), roles: ["p": own], token: token(limit))
        #expect((refusal(limited, .project("p", needed)) == nil) == (needed <= min(own, limit)))
      }
    }
  }
}

@Test func `a project is not there for those who are not in it`() {
  #expect(refusal(Access(user: user(), roles: ["q": .admin]), .project("p", .viewer)) == .nothingHere)
  let limited = Access(user: user(admin: true), roles: [:], token: token(.admin, ["q"]))
  #expect(refusal(limited, .project("p", .viewer)) == .nothingHere)
  #expect(refusal(limited, .project("q", .admin)) == nil)
}

@Test func `only a host admin manages the host, and only with a full token`() {
  #expect(refusal(Access(user: user(), roles: ["p": .admin]), .hostAdmin) == .notAllowed)
  #expect(refusal(Access(user: user(admin: true), roles: [:]), .hostAdmin) == nil)
  #expect(refusal(Access(user: user(admin: true), roles: [:], token: token(.operator)), .hostAdmin) == .notAllowed)
  #expect(refusal(Access(user: user(admin: true), roles: [:], token: token(.admin, ["p"])), .hostAdmin) == .notAllowed)
}

@Test func `a disabled user and an ended token are not signed in`() {
  #expect(refusal(Access(user: user(disabled: true), roles: ["p": .admin]), .person) == .notSignedIn)
  #expect(refusal(Access(user: user(), roles: [:], token: token(.admin, expires: now)), .person) == .notSignedIn)
}
