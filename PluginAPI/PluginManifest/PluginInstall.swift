// The admin's manifest of one plugin: which build, from where, allowed to do what, within which bounds.
public import JSONValue

/// The values of a `kind: PluginInstall` document.
public struct PluginInstall: Codable, Sendable, Hashable {
  public static let apiVersion = "opentrusteval/v1"
  public static let kind = "PluginInstall"

  public var metadata: Metadata
  public var spec: Spec

  public struct Metadata: Codable, Sendable, Hashable {
    public var name: String
    public var labels: [String: String] = [:]
  }

  public struct Spec: Codable, Sendable, Hashable {
    /// The plugin's name as in its plugin.toml.
    public var plugin: String
    /// The exact version; nil takes what lies in the folder.
    public var version: String?
    /// `sha256:` and 64 lower-case hex digits, of the shared object for this platform.
    public var digest: String?
    /// The folder with plugin.toml, absolute or relative to the manifest's own folder.
    public var source: String
    public var enabled = true
    /// Components that may be used; nil allows all.
    public var components: [String]?
    public var permissions = Permissions()
    public var isolation: Isolation?
    public var limits = Limits()
    /// By component: configuration that a pipeline may change.
    public var defaults: [String: JSONValue] = [:]
    /// By component: configuration that a pipeline may not change.
    public var locked: [String: JSONValue] = [:]
    public var visibility: Visibility?
    public var crashPolicy: CrashPolicy?
    public var rollout: Rollout?
    public var signature: Signature?
  }

  /// Grants. Each must have been requested by the publisher.
  public struct Permissions: Codable, Sendable, Hashable {
    /// `host:port` patterns.
    public var net: [String] = []
    /// Names or patterns of secrets.
    public var secrets: [String] = []
    public var readPaths: [String] = []
    public var writePaths: [String] = []
    /// Bytes.
    public var state: Int64?
    public var temp: Int64?
    public var gpu: String?
    public var experimental: [String] = []
  }

  /// Bounds of a worker that runs this plugin; nil leaves the host's own.
  public struct Limits: Codable, Sendable, Hashable {
    /// Bytes.
    public var memory: Int64?
    /// Seconds.
    public var wall: Double?
    public var stall: Double?
    public var grace: Double?
    public var threads: Int?
    public var pids: Int?
    public var files: Int?
  }

  /// Who may use the plugin in a pipeline.
  public struct Visibility: Codable, Sendable, Hashable {
    public var roles: [String]
  }

  /// After `max` crashes within `window` seconds: quarantine, or only warn.
  public struct CrashPolicy: Codable, Sendable, Hashable {
    public enum Action: String, Codable, Sendable, CaseIterable { case quarantine, warn }
    public var max: Int
    public var window: Double
    public var then: Action
  }

  public struct Rollout: Codable, Sendable, Hashable {
    public enum Strategy: String, Codable, Sendable, CaseIterable { case all, canary }
    public var strategy: Strategy
    public var percent: Int?
  }

  public struct Signature: Codable, Sendable, Hashable {
    public enum Policy: String, Codable, Sendable, CaseIterable { case required, warn, none }
    public var policy: Policy
    public var keys: [String]
  }
}
