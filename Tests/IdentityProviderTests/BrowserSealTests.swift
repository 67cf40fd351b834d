// What a browser keeps for the host: unreadable, and of no use once it was touched.
import IdentityProvider
import Testing

struct BrowserSealTests {
  private static let attempt = SignInAttempt(provider: "corp", returnTo: "/runs", now: 1000)

  @Test func `a sealed attempt comes back as it was, and shows nothing`() throws {
    let seal = BrowserSeal()
    let text = try seal.seal(Self.attempt, for: "sign-in")
    #expect(seal.open(text, as: SignInAttempt.self, for: "sign-in") == Self.attempt)
    for part in [Self.attempt.state, Self.attempt.nonce, Self.attempt.verifier, "corp"] {
      #expect(!text.contains(part))
    }
    #expect(text.utf8.allSatisfy { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: "=") && $0 > 0x20 })
  }

  @Test func `a changed letter, another purpose or another process opens nothing`() throws {
    let seal = BrowserSeal()
    let text = try seal.seal(Self.attempt, for: "sign-in")
    for index in text.indices {
      var changed = text
      changed.replaceSubrange(index...index, with: text[index] == "A" ? "B" : "A")
      #expect(seal.open(changed, as: SignInAttempt.self, for: "sign-in") == nil)
    }
    #expect(seal.open(text, as: SignInAttempt.self, for: "refusal") == nil)
    #expect(BrowserSeal().open(text, as: SignInAttempt.self, for: "sign-in") == nil)
    for text in ["", "A", "not base64 ÿ"] { #expect(seal.open(text, as: SignInAttempt.self, for: "sign-in") == nil) }
  }

  @Test func `two attempts share nothing, and only the own state answers`() {
    let other = SignInAttempt(provider: "corp", returnTo: "/runs", now: 1000)
    #expect(
      Set([other.state, other.nonce, other.verifier]).isDisjoint(with: [Self.attempt.state, Self.attempt.nonce]))
    #expect(other.isAnswered(by: ProviderReply(code: "c", state: other.state)))
    #expect(!other.isAnswered(by: ProviderReply(code: "c", state: Self.attempt.state)))
    #expect(!other.isAnswered(by: ProviderReply(code: "c", state: "")))
  }
}
