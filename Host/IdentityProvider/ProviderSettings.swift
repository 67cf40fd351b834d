// How one identity provider is reached: what an admin has written down about it.
import Model

package struct ProviderSettings: Sendable, Hashable {
  /// How the host proves to the provider who it is, when it exchanges a code.
  package enum ClientAuthentication: String, CaseIterable, Sendable { case basic, post, none }

  /// In addresses and in the audit log: a-z, 0-9 and `-`.
  package var id: String
  /// What people call it.
  package var title: String
  package var issuer: String
  package var clientID: String
  package var scopes: [String]
  /// nil: as the provider's document says, basic where it says nothing.
  package var authentication: ClientAuthentication?
  /// How far the provider's clock and ours may be apart.
  package var clockSkewSeconds: Double
  /// For each answer of the provider, from the connection to its last byte.
  package var timeoutSeconds: Int
  /// A PEM file with certificates to trust beside those of the system.
  package var caFile: String?
  /// `http://HOST:PORT`.
  package var proxy: String?

  package init(
    id: String, title: String, issuer: String, clientID: String, scopes: [String] = ["openid", "profile", "email"],
    authentication: ClientAuthentication? = nil, clockSkewSeconds: Double = 60, timeoutSeconds: Int = 10,
    caFile: String? = nil, proxy: String? = nil
  ) {
    self.id = id
    self.title = title
    self.issuer = issuer
    self.clientID = clientID
    self.scopes = scopes
    self.authentication = authentication
    self.clockSkewSeconds = clockSkewSeconds
    self.timeoutSeconds = timeoutSeconds
    self.caFile = caFile
    self.proxy = proxy
  }

  /// The provider did not answer, or refused.
  func failed(_ reason: String) -> Problem {
    Problem(.identityProviderFailed, Self.line("\(title) \(reason)"), retryable: true)
  }

  /// The provider answered something that proves nothing.
  func invalid(_ reason: String) -> Problem {
    Problem(.identityAnswerInvalid, Self.line("\(title) \(reason)"))
  }

  /// What a provider says may stand in a reason, and the reason in a log, where a line is one event.
  private static func line(_ text: String) -> String {
    String(text.map { $0.isNewline || ($0.asciiValue ?? 32) < 32 || $0.asciiValue == 127 ? " " : $0 })
  }
}
