// What the claims of an ID token have to say before they stand for a person (OpenID Connect Core, 3.1.3.7).
import Accounts
import JSONValue
import Model

struct ClaimRules {
  /// A token is made for the sign-in at hand: one that is older was made for another.
  static let oldestSeconds = 600.0

  let settings: ProviderSettings
  let nonce: String
  /// Seconds since 1970.
  let now: Double

  func check(_ claims: JSONValue) throws(Problem) -> IdentityClaims {
    guard claims["iss"]?.string == settings.issuer else {
      throw settings.invalid("sent an ID token of the issuer '\((claims["iss"]?.string ?? "").prefix(200))'")
    }
    try checkAudience(claims)
    try checkTimes(claims)
    guard ConstantTime.equal((claims["nonce"]?.string ?? "").utf8, nonce.utf8) else {
      throw settings.invalid("sent an ID token that was made for another sign-in (nonce)")
    }
    guard let subject = claims["sub"]?.string, (1...255).contains(subject.utf8.count) else {
      throw settings.invalid("sent an ID token that names nobody (sub)")
    }
    return IdentityClaims(issuer: settings.issuer, subject: subject, all: claims)
  }

  private func checkAudience(_ claims: JSONValue) throws(Problem) {
    let audience = claims["aud"]?.array ?? [claims["aud"] ?? .null]
    guard audience.contains(.string(settings.clientID)) else {
      throw settings.invalid("sent an ID token that is meant for another program (aud)")
    }
    let party = claims["azp"]?.string
    guard party == settings.clientID || party == nil && audience.count == 1 else {
      throw settings.invalid("sent an ID token that was given to another program (azp)")
    }
  }

  private func checkTimes(_ claims: JSONValue) throws(Problem) {
    guard let end = claims["exp"]?.double, let made = claims["iat"]?.double else {
      throw settings.invalid("sent an ID token without exp and iat")
    }
    let skew = settings.clockSkewSeconds
    guard now < end + skew else { throw settings.invalid("sent an ID token that ended \(Self.whole(now - end)) s ago") }
    guard made <= now + skew, (claims["nbf"]?.double ?? made) <= now + skew else {
      throw settings.invalid("sent an ID token from the future: its clock and this host's differ")
    }
    guard made >= now - Self.oldestSeconds - skew else {
      throw settings.invalid("sent an ID token that was made \(Self.whole(now - made)) s ago")
    }
  }

  private static func whole(_ seconds: Double) -> Int64 { Int64(exactly: seconds.rounded()) ?? .max }
}
