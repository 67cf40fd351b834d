// Reads identity.yaml strictly: a key that is misspelt must not open a door.
import Foundation
import IdentityProvider
import JSONValue
package import Model
import PipelineDocument

extension IdentitySettings {
  /// The file in the folder of the host's state. No file, no providers.
  package static func read(home: String) throws(Problems) -> IdentitySettings {
    let path = "\(home)/identity.yaml"
    guard FileManager.default.fileExists(atPath: path) else { return .none }
    return try read(path: path)
  }

  static func read(path: String) throws(Problems) -> IdentitySettings {
    let document = try SettingsDocument(path: path, schema: schema, code: .identitySettingsInvalid)
    var settings = IdentitySettings()
    var problems: [Problem] = []
    if let address = document.json["public_url"]?.string {
      if !ProviderAddress.isSafe(address) {
        problems.append(document.problem("public_url must be https, or http on this machine", at: "/public_url"))
      }
      settings.publicAddress = address.hasSuffix("/") ? String(address.dropLast()) : address
    }
    for (index, entry) in (document.json["providers"]?.array ?? []).enumerated() {
      settings.providers.append(provider(entry, document, "/providers/\(index)", &problems))
    }
    let ids = settings.providers.map(\.connection.id)
    let issuers = settings.providers.map(\.connection.issuer)
    if Set(ids).count < ids.count || Set(issuers).count < issuers.count {
      problems.append(document.problem("two providers have the same id or issuer", at: "/providers"))
    }
    guard problems.isEmpty else { throw Problems(problems) }
    return settings
  }

  private static func provider(
    _ entry: JSONValue, _ document: SettingsDocument, _ pointer: String, _ problems: inout [Problem]
  ) -> Provider {
    func text(_ key: String) -> String { entry[key]?.string ?? "" }
    let connection = ProviderSettings(
      id: text("id"), title: text("title"), issuer: text("issuer"), clientID: text("client_id"),
      scopes: entry["scopes"]?.array?.compactMap(\.string) ?? [],
      authentication: entry["client_authentication"]?.string.flatMap { .init(rawValue: $0) },
      clockSkewSeconds: entry["clock_skew_seconds"]?.double ?? 60,
      timeoutSeconds: Int(entry["timeout_seconds"]?.int ?? 10), caFile: entry["ca_file"]?.string,
      proxy: entry["proxy"]?.string)
    if !ProviderAddress.isSafe(connection.issuer) {
      problems.append(
        document.problem("issuer must be https; http is taken on this machine only", at: "\(pointer)/issuer"))
    }
    if !connection.scopes.contains("openid") {
      problems.append(document.problem("scopes must hold openid", at: "\(pointer)/scopes"))
    }
    let roles = (entry["roles"]?.array ?? []).enumerated().map { index, rule in
      RoleRule(
        test: test(rule), project: rule["project"]?.string ?? "",
        role: rule["role"]?.string.flatMap(Role.init) ?? .viewer,
        place: document.problem("", at: "\(pointer)/roles/\(index)/project").at ?? ProblemLocation())
    }
    return Provider(
      connection: connection,
      secret: entry["client_secret"].map {
        (project: $0["project"]?.string ?? Project.standard, name: $0["secret"]?.string ?? "")
      },
      letsIn: Admission(
        emailDomains: entry["allow"]?["email_domains"]?.array?.compactMap { $0.string?.lowercased() },
        anyOf: entry["allow"]?["any_of"]?.array?.compactMap(test)),
      createsAccounts: entry["create_accounts"]?.bool ?? false,
      linksByEmail: entry["link_by_verified_email"]?.bool ?? false, roles: roles)
  }

  private static func test(_ entry: JSONValue) -> ClaimTest? {
    guard let claim = entry["claim"]?.string, let value = entry["value"]?.string else { return nil }
    return ClaimTest(claim: claim, value: value)
  }

  private static let schema: ConfigSchema = {
    guard let root = try? JSONValue(parsing: schemaText) else { preconditionFailure("the schema is not JSON") }
    return ConfigSchema(root)
  }()

  private static let schemaText = #"""
    {
      "type": "object",
      "additionalProperties": false,
      "required": ["apiVersion", "kind", "providers"],
      "properties": {
        "apiVersion": {"const": "opentrusteval/v1"},
        "kind": {"const": "IdentityProviders"},
        "public_url": {"type": "string", "maxLength": 500},
        "providers": {"type": "array", "maxItems": 20, "items": {"$ref": "#/$defs/provider"}}
      },
      "$defs": {
        "text": {"type": "string", "minLength": 1, "maxLength": 500},
        "project": {"type": "string", "pattern": "^[a-z][a-z0-9-]{0,39}$"},
        "provider": {
          "type": "object",
          "additionalProperties": false,
          "required": ["id", "title", "issuer", "client_id", "allow"],
          "properties": {
            "id": {"type": "string", "pattern": "^[a-z][a-z0-9-]{0,39}$"},
            "title": {"type": "string", "minLength": 1, "maxLength": 60},
            "issuer": {"$ref": "#/$defs/text"},
            "client_id": {"$ref": "#/$defs/text"},
            "client_secret": {
              "type": "object",
              "additionalProperties": false,
              "required": ["secret"],
              "properties": {"secret": {"$ref": "#/$defs/text"}, "project": {"$ref": "#/$defs/project"}}
            },
            "client_authentication": {"enum": ["basic", "post"]},
            "scopes": {
              "type": "array",
              "minItems": 1,
              "maxItems": 20,
              "items": {"type": "string", "pattern": "^[!#-Z^-~]{1,100}$"},
              "default": ["openid", "profile", "email"]
            },
            "allow": {
              "type": "object",
              "additionalProperties": false,
              "minProperties": 1,
              "properties": {
                "email_domains": {
                  "type": "array",
                  "minItems": 1,
                  "items": {"type": "string", "pattern": "^[A-Za-z0-9.-]{1,200}$"}
                },
                "any_of": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/test"}},
                "everybody": {"const": true}
              }
            },
            "create_accounts": {"type": "boolean", "default": true},
            "link_by_verified_email": {"type": "boolean", "default": false},
            "roles": {
              "type": "array",
              "maxItems": 500,
              "items": {
                "type": "object",
                "additionalProperties": false,
                "required": ["project", "role"],
                "dependentRequired": {"claim": ["value"], "value": ["claim"]},
                "properties": {
                  "claim": {"$ref": "#/$defs/text"},
                  "value": {"$ref": "#/$defs/text"},
                  "project": {"$ref": "#/$defs/project"},
                  "role": {"enum": ["viewer", "editor", "operator", "admin"]}
                }
              }
            },
            "clock_skew_seconds": {"type": "number", "minimum": 0, "maximum": 300, "default": 60},
            "timeout_seconds": {"type": "integer", "minimum": 1, "maximum": 60, "default": 10},
            "ca_file": {"type": "string", "pattern": "^/"},
            "proxy": {"type": "string", "pattern": "^http://[^/@]+$"}
          }
        },
        "test": {
          "type": "object",
          "additionalProperties": false,
          "required": ["claim", "value"],
          "properties": {"claim": {"$ref": "#/$defs/text"}, "value": {"$ref": "#/$defs/text"}}
        }
      }
    }
    """#
}
