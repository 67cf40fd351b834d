// identity.yaml: what it may say, and that a slip of the hand opens no door.
import ControlPlane
import Foundation
import IdentityProvider
import JSONValue
import Model
import TestSupport
import Testing

struct IdentitySettingsTests {
  private static let whole = """
    apiVersion: opentrusteval/v1
    kind: IdentityProviders
    public_url: https://data.example.org/
    providers:
      - id: corp
        title: Example Inc.
        issuer: https://login.example.org
        client_id: opentrusteval
        client_secret: {secret: corp-client, project: lab}
        client_authentication: post
        scopes: [openid, email, groups]
        allow:
          email_domains: [Example.org]
          any_of: [{claim: groups, value: data}]
        create_accounts: false
        link_by_verified_email: true
        roles:
          - {claim: groups, value: data-leads, project: lab, role: admin}
          - {project: default, role: viewer}
        clock_skew_seconds: 5
        timeout_seconds: 3
    """

  private static func read(_ text: String) throws(Problems) -> IdentitySettings {
    let folder = TemporaryFolder()
    do {
      try folder.write(text, to: "identity.yaml")
    } catch {
      Issue.record("\(error)")
    }
    return try IdentitySettings.read(home: folder.path)
  }

  private static func problems(_ text: String) -> [Problem] {
    do throws(Problems) {
      _ = try read(text)
      return []
    } catch { return error.all }
  }

  @Test func `every key is read`() throws {
    let settings = try Self.read(Self.whole)
    #expect(settings.publicAddress == "https://data.example.org")
    let provider = try #require(settings.providers.first)
    #expect(
      provider.connection
        == ProviderSettings(
          id: "corp", title: "Example Inc.", issuer: "https://login.example.org", clientID: "opentrusteval",
          scopes: ["openid", "email", "groups"], authentication: .post, clockSkewSeconds: 5, timeoutSeconds: 3))
    #expect(provider.secret?.project == "lab")
    #expect(provider.secret?.name == "corp-client")
    #expect(provider.letsIn.emailDomains == ["example.org"])
    #expect(provider.letsIn.anyOf == [IdentitySettings.ClaimTest(claim: "groups", value: "data")])
    #expect(!provider.createsAccounts && provider.linksByEmail)
    #expect(provider.roles.map(\.project) == ["lab", "default"])
    #expect(provider.roles.map(\.role) == [.admin, .viewer])
    #expect(provider.roles.first?.place.line == 18)
  }

  @Test func `without the file there is no provider`() throws {
    #expect(try IdentitySettings.read(home: TemporaryFolder().path).providers.isEmpty)
  }

  @Test(arguments: [
    ("allow:", "alow:", "alow"), ("https://login", "http://login", "issuer"),
    ("https://login", "https://user:pass@login", "issuer"), ("https://data", "http://data", "public_url"),
    ("[openid, email, groups]", "[email]", "openid"), ("role: admin", "role: owner", "role"),
    ("value: data}", "valeu: data}", "valeu"), ("id: corp", "id: Corp", "id"),
    (
      "{claim: groups, value: data-leads, project: lab, role: admin}", "{claim: groups, project: lab, role: admin}",
      "value"
    ),
    ("email_domains: [Example.org]", "email_domains: []", "email_domains"),
    ("kind: IdentityProviders", "kind: Pipeline", "kind"), ("timeout_seconds: 3", "timeout_seconds: 600", "timeout"),
  ])
  func `a mistake is a problem at its line, and nothing is read`(_ from: String, _ to: String, _ word: String) {
    let text = Self.whole.replacing(from, with: to)
    #expect(text != Self.whole)
    let problems = Self.problems(text)
    #expect(problems.contains { $0.code == .identitySettingsInvalid && $0.detail.contains(word) }, "\(problems)")
    #expect(problems.allSatisfy { ($0.at?.line ?? 0) > 0 })
  }

  @Test func `nobody is let in by leaving the rule out`() {
    let text = Self.whole.replacing("      email_domains: [Example.org]\n", with: "")
      .replacing("      any_of: [{claim: groups, value: data}]\n", with: "")
    #expect(!Self.problems(text.replacing("    allow:\n", with: "    allow: {}\n")).isEmpty)
    #expect(!Self.problems(text.replacing("    allow:\n", with: "")).isEmpty)
  }

  @Test func `two providers need two names`() {
    let second = Self.whole.components(separatedBy: "providers:\n")[1]
    #expect(Self.problems(Self.whole + "\n" + second).contains { $0.detail.contains("same id") })
  }

  // MARK: claims

  private static func claims(_ all: JSONValue) -> IdentityClaims {
    IdentityClaims(issuer: "https://login.example.org", subject: "s", all: all)
  }

  @Test func `a claim is one text, a list, or lies inside another`() {
    let claims = Self.claims(["a": "x", "b": ["x", "y", 1], "c": ["d": ["z"]], "e.f": "dotted", "e": ["f": "inner"]])
    #expect(claims.texts("a") == ["x"])
    #expect(claims.texts("b") == ["x", "y"])
    #expect(claims.texts("c.d") == ["z"])
    #expect(claims.texts("e.f") == ["dotted"])
    #expect(claims.texts("none").isEmpty && claims.texts("c").isEmpty && claims.texts("").isEmpty)
  }

  @Test(arguments: [JSONValue.null, false, "no", 1])
  func `an address that the provider has not confirmed is none`(_ verified: JSONValue) {
    #expect(Self.claims(["email": "Ann@Example.org", "email_verified": verified]).verifiedEmail == nil)
    #expect(Self.claims(["email": "Ann@Example.org", "email_verified": true]).verifiedEmail == "ann@example.org")
    #expect(Self.claims(["email": "a@evil.example@example.org", "email_verified": true]).verifiedEmail == nil)
  }
}
