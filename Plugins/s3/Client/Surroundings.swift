// What the machine says about AWS: variables of the environment, and the files of profiles.
import FoundationEssentials
import Glibc
import PluginKit

struct Surroundings: Sendable {
  var variables: [String: String]

  static var current: Surroundings {
    let names = [
      "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION",
      "AWS_PROFILE",
      "AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_CA_BUNDLE",
      "HOME",
    ]
    var variables: [String: String] = [:]
    for name in names {
      if let value = getenv(name) { variables[name] = String(cString: value) }
    }
    return Surroundings(variables: variables)
  }

  /// An empty variable counts as none.
  subscript(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }

  var credentials: Credentials? {
    guard let key = self["AWS_ACCESS_KEY_ID"], let secret = self["AWS_SECRET_ACCESS_KEY"] else { return nil }
    return Credentials(accessKey: key, secretKey: secret, sessionToken: self["AWS_SESSION_TOKEN"])
  }

  var credentialsPath: String { self["AWS_SHARED_CREDENTIALS_FILE"] ?? "\(self["HOME"] ?? "")/.aws/credentials" }
  var configPath: String { self["AWS_CONFIG_FILE"] ?? "\(self["HOME"] ?? "")/.aws/config" }
  var profileName: String { self["AWS_PROFILE"] ?? "default" }

  /// All that both files say of a profile, nil where neither knows it.
  func profile(_ name: String) -> [String: String]? {
    let found = [configPath, credentialsPath].compactMap { Self.file($0)?.sections[name] }
    guard !found.isEmpty else { return nil }
    return found.reduce(into: [:]) { all, one in all.merge(one) { $1 } }
  }

  var profileNames: [String] {
    Set([configPath, credentialsPath].flatMap { path in Self.file(path).map { Array($0.sections.keys) } ?? [] })
      .sorted()
  }

  private static func file(_ path: String) -> ProfileFile? {
    guard let data = try? Data(contentsOf: URL(filePath: path)), data.count <= 1 << 20 else { return nil }
    return ProfileFile(String(decoding: data, as: UTF8.self))
  }
}
