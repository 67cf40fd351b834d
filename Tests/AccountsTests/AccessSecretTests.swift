// Secrets are parsed strictly and compared by hash; guessing them gets slow.
import Model
import Testing

@testable import Accounts

@Test(arguments: AccessSecret.Kind.allCases)
func `a secret is parsed back and matches its hash`(kind: AccessSecret.Kind) throws {
  let secret = AccessSecret(kind)
  let parsed = try #require(AccessSecret(parsing: secret.text))
  #expect(parsed == secret)
  #expect(parsed.matches(hash: secret.hash))
  #expect(!AccessSecret(kind).matches(hash: secret.hash))
  #expect(!"\(secret)".contains(secret.text.suffix(20)))
  for cut in 0..<secret.text.count { #expect(AccessSecret(parsing: String(secret.text.prefix(cut))) == nil) }
  #expect(AccessSecret(parsing: secret.text + "A") == nil)
}

@Test func `the sixth guess waits, and waits grow to 15 minutes`() {
  var limiter = SignInLimiter()
  for count in 1...4 {
    limiter.failed(name: "ada", address: "a", now: Double(count))
    #expect(limiter.wait(name: "ada", address: "a", now: Double(count)) == 0)
  }
  limiter.failed(name: "Ada", address: "a", now: 5)
  #expect(limiter.wait(name: "ada", address: "other", now: 5) == 5)
  #expect(limiter.wait(name: "other", address: "a", now: 9.5) == 1)
  for _ in 0..<40 { limiter.failed(name: "ada", address: "a", now: 6) }
  #expect(limiter.wait(name: "ada", address: "b", now: 6) == 900)
  limiter.succeeded(name: "ada")
  #expect(limiter.wait(name: "ada", address: "b", now: 6) == 0)
  #expect(limiter.wait(name: "ada", address: "a", now: 6) == 900)
}

@Test func `the limiter's memory is bounded`() {
  var limiter = SignInLimiter(capacity: 100)
  for index in 0..<1000 { limiter.failed(name: "n\(index)", address: "a\(index)", now: 0) }
  #expect(limiter.entries <= 100)
}
