// From a proven identity to an account of this host: found, linked or made, and given its roles.
import IdentityProvider
import JSONValue
import MetadataStore
import Model
import WorkerProtocol

struct ProviderAccounts: Sendable {
  let metadata: MetadataStore
  let audit: AuditLog

  /// Also what an admin should know about the rules.
  func user(
    for claims: IdentityClaims, of provider: IdentitySettings.Provider
  ) throws(Problem) -> (User, [Problem]) {
    let user = try account(of: claims, provider)
    guard !user.isDisabled else {
      throw Problem(.signInNotAllowed, "the account \(user.name) is disabled")
    }
    return (user, try giveRoles(to: user, by: claims, provider))
  }

  private func account(of claims: IdentityClaims, _ provider: IdentitySettings.Provider) throws(Problem) -> User {
    if let user = try found(claims) { return user }
    if let user = try linked(claims, provider) { return user }
    return try made(claims, provider)
  }

  private func found(_ claims: IdentityClaims) throws(Problem) -> User? {
    try metadata.user(identity: claims.identity)
  }

  /// An account that waits for this person: its admin has written the address down, and the provider has confirmed it.
  /// Accounts of admins are never taken over that way.
  private func linked(_ claims: IdentityClaims, _ provider: IdentitySettings.Provider) throws(Problem) -> User? {
    guard provider.linksByEmail, let email = claims.verifiedEmail else { return nil }
    let owners = try metadata.users().filter { $0.email?.lowercased() == email }
    guard owners.count == 1, var user = owners.first, user.identity == nil, !user.isAdmin, !user.isDisabled else {
      return nil
    }
    user.identity = claims.identity
    try audit.note(
      Actor(.user, user.name), "user.identity", "user:\(user.name)",
      detail: ["identity": .string(claims.identity), "email": .string(email)])
    try metadata.updateUser(user)
    return user
  }

  private func made(_ claims: IdentityClaims, _ provider: IdentitySettings.Provider) throws(Problem) -> User {
    guard provider.createsAccounts else {
      throw Problem(.signInNotAllowed, "there is no account for you on this host")
    }
    for name in AccountName.candidates(for: claims) {
      let user = User(
        name: name, title: AccountName.title(for: claims) ?? name, email: claims.verifiedEmail,
        createdAt: TimeStamp.now(), identity: claims.identity)
      do throws(Problem) {
        try metadata.createUser(user)
      } catch {
        guard error.code == .nameTaken else { throw error }
        // The name, or the identity by the same person's other tab.
        if let other = try found(claims) { return other }
        continue
      }
      try audit.note(
        Actor(.user, name), "user.create", "user:\(name)",
        detail: ["identity": .string(claims.identity), "provider": .string(provider.connection.id)])
      return user
    }
    throw Problem(.nameTaken, "every name that would fit you is taken", next: "Ask an admin of this host.")
  }

  /// In the projects that the rules name, the rules decide: the highest role that fits, or none. Others stay as they are.
  private func giveRoles(
    to user: User, by claims: IdentityClaims, _ provider: IdentitySettings.Provider
  ) throws(Problem) -> [Problem] {
    var warnings: [Problem] = []
    let current = try metadata.roles(of: user.name)
    for (project, rules) in Dictionary(grouping: provider.roles, by: \.project).sorted(by: { $0.key < $1.key }) {
      guard try metadata.project(project) != nil else {
        warnings += rules.map { $0.missingProject(of: provider.connection.title) }
        continue
      }
      let wanted = rules.filter { $0.test?.holds(claims) ?? true }.map(\.role).max()
      guard wanted != current[project] else { continue }
      try audit.note(
        Actor(.user, user.name), wanted == nil ? "member.remove" : "member.set", "user:\(user.name)", project: project,
        detail: ["role": .string(wanted?.rawValue ?? "none"), "provider": .string(provider.connection.id)])
      if let wanted {
        try metadata.setMember(user.name, of: project, role: wanted)
      } else {
        try metadata.removeMember(user.name, of: project)
      }
    }
    return warnings
  }
}

/// The name that somebody gets who never chose one here.
enum AccountName {
  private static let bytesMax = 58

  /// The nicest first, then the same with numbers.
  static func candidates(for claims: IdentityClaims) -> [String] {
    let wishes = [claims.preferredName, claims.verifiedEmail, claims.name].compactMap { $0.map(cleaned) }
    let base = wishes.first { !$0.isEmpty } ?? "person"
    return [base] + (2...1000).map { "\(base)-\($0)" }
  }

  static func title(for claims: IdentityClaims) -> String? {
    let words = (claims.name ?? "").unicodeScalars.filter { $0.properties.generalCategory != .control }
    let text = String(String.UnicodeScalarView(words)).split(separator: " ").joined(separator: " ")
    return text.isEmpty ? nil : String(text.prefix(100))
  }

  /// a-z, 0-9, `.`, `-` and `_`, beginning with a letter or digit; of an address the part before the @.
  static func cleaned(_ text: String) -> String {
    let local = text.split(separator: "@").first ?? ""
    let letters = local.lowercased().map { letter -> Character in
      letter.isASCII && (letter.isLetter || letter.isNumber || "._-".contains(letter)) ? letter : "-"
    }
    let trimmed = letters.drop { !$0.isLetter && !$0.isNumber }.reversed().drop { !$0.isLetter && !$0.isNumber }
    return String(String(trimmed.reversed()).prefix(bytesMax))
  }
}
