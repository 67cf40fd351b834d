// How to reach a store and as whom: the part of the configuration that source and sink share.
import FileNames
import HTTPTransfer
import JSONValue
import PluginKit

struct Connection: Decodable, Sendable {
  enum Login: String, Sendable, CaseIterable { case auto, keys, environment, profile, anonymous }

  private var endpoint: String?
  private var region: String?
  private var addressing: Place.Addressing
  private var login: Login
  private var accessKey: String?
  /// References, not the secrets themselves.
  private var secretKey: String?
  private var sessionToken: String?
  private var profile: String?
  private var authorities: String?

  private struct Document: Decodable {
    var endpoint: String?
    var region: String?
    var addressing: String?
    var login: String?
    var access_key: String?
    var secret_key: JSONValue?
    var session_token: JSONValue?
    var profile: String?
    var authorities: String?
  }

  init(from decoder: any Decoder) throws {
    let document = try Document(from: decoder)
    func filled(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }
    endpoint = filled(document.endpoint)
    region = filled(document.region)
    addressing = try Self.word(document.addressing, "/addressing", or: .auto)
    login = try Self.word(document.login, "/login", or: .auto)
    accessKey = filled(document.access_key)
    secretKey = try Self.reference(document.secret_key, "/secret_key")
    sessionToken = try Self.reference(document.session_token, "/session_token")
    profile = filled(document.profile)
    authorities = filled(document.authorities)
    if accessKey == nil, secretKey != nil || login == .keys {
      throw PluginError.configuration("the access key is missing", at: "/access_key")
    }
    if secretKey == nil, accessKey != nil || login == .keys {
      throw PluginError.configuration("the secret key is missing", at: "/secret_key")
    }
    // A wrong endpoint is a wrong form, whatever the region will be.
    if endpoint != nil { _ = try Place(endpoint: endpoint, region: "", addressing: addressing) }
  }

  static func word<W: RawRepresentable & CaseIterable>(_ text: String?, _ pointer: String, or usual: W) throws -> W
  where W.RawValue == String {
    guard let text else { return usual }
    guard let word = W(rawValue: text) else {
      let words = W.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
      throw PluginError.configuration("'\(text)' is not one of \(words)", at: pointer)
    }
    return word
  }

  private static func reference(_ value: JSONValue?, _ pointer: String) throws -> String? {
    guard let value, !value.isNull else { return nil }
    guard let reference = value["$secret"]?.string else {
      throw PluginError.configuration("a secret is named, not written out: ${secrets.NAME}", at: pointer)
    }
    return reference
  }
}

extension Connection {
  /// Asks for secrets and looks at environment and profiles; no network.
  func client(_ run: Run, surroundings: Surroundings = .current, clock: Clock = Clock()) throws -> S3Client {
    let profile = try chosenProfile(surroundings)
    let credentials = try credentials(run, surroundings, profile)
    let region =
      region ?? surroundings["AWS_REGION"] ?? surroundings["AWS_DEFAULT_REGION"] ?? profile?["region"] ?? "us-east-1"
    let endpoint =
      endpoint ?? surroundings["AWS_ENDPOINT_URL_S3"] ?? surroundings["AWS_ENDPOINT_URL"]
      ?? profile?["s3.endpoint_url"] ?? profile?["endpoint_url"]
    var addressing = addressing
    if addressing == .auto, let style = profile?["s3.addressing_style"] { addressing = .init(rawValue: style) ?? .auto }
    var settings = HTTPClient.Settings()
    settings.authorities = authorities ?? surroundings["AWS_CA_BUNDLE"]
    settings.userAgent = "OpenTrustEval-s3/1"
    return S3Client(
      HTTPClient(settings), try Place(endpoint: endpoint, region: region, addressing: addressing), credentials, clock)
  }

  private func chosenProfile(_ surroundings: Surroundings) throws -> [String: String]? {
    guard login == .auto || login == .profile else { return nil }
    let name = profile ?? surroundings.profileName
    if let found = surroundings.profile(name) { return found }
    guard login == .profile || profile != nil else { return nil }
    let near = NearestNames.of(name, among: surroundings.profileNames).map { "'\($0)'" }.joined(separator: ", ")
    let advice = near.isEmpty ? "" : "; did you mean \(near)?"
    throw PluginError.configuration(
      "neither \(surroundings.credentialsPath) nor \(surroundings.configPath) has a profile '\(name)'\(advice)",
      at: "/profile")
  }

  /// nil for requests that are not signed.
  private func credentials(
    _ run: Run, _ surroundings: Surroundings, _ profile: [String: String]?
  ) throws -> Credentials? {
    switch login {
    case .anonymous: return nil
    case .keys: return try keys(run)
    case .environment:
      if let found = surroundings.credentials { return found }
      throw PluginError.configuration(
        "the environment has no AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Workers see them only where the host's "
          + "OTE_WORKER_ENV names them", at: "/login")
    case .profile: return try Self.credentials(of: profile ?? [:])
    case .auto:
      if accessKey != nil { return try keys(run) }
      if self.profile == nil, let found = surroundings.credentials { return found }
      if let profile { return try Self.credentials(of: profile) }
      throw PluginError.configuration(
        "there are no credentials: give an access key with its secret key, or a profile of ~/.aws/credentials. "
          + "For a public bucket set login to anonymous", at: "/login")
    }
  }

  private func keys(_ run: Run) throws -> Credentials {
    // Both are there: a configuration with one of them was refused.
    guard let accessKey, let secretKey else {
      throw PluginError.configuration("the keys are missing", at: "/access_key")
    }
    return Credentials(
      accessKey: accessKey, secretKey: try run.secret(secretKey), sessionToken: try sessionToken.map(run.secret))
  }

  private static func credentials(of profile: [String: String]) throws -> Credentials {
    if let key = profile["aws_access_key_id"], let secret = profile["aws_secret_access_key"] {
      return Credentials(accessKey: key, secretKey: secret, sessionToken: profile["aws_session_token"])
    }
    let other = [
      "role_arn", "sso_session", "sso_start_url", "credential_process", "credential_source", "login_session",
    ]
    let why = other.first { profile[$0] != nil }.map { "it signs in by \($0), which is not supported here" }
    throw PluginError.configuration(
      "the profile has no aws_access_key_id and aws_secret_access_key\(why.map { ": \($0)" } ?? ""). "
        + "`aws configure export-credentials` prints keys that can be given instead", at: "/profile")
  }
}
