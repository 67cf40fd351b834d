// plugin.toml: what a plugin's publisher says about it. Facts and requests, never grants.

/// The values of a `plugin.toml`, manifest version 1.
public struct VendorManifest: Codable, Sendable, Hashable {
  /// The newest manifest version this reader knows; a greater one is refused.
  public static let currentVersion = 1
  /// The file's name inside a plugin folder.
  public static let fileName = "plugin.toml"

  public var manifestVersion: Int
  /// Unique and never changed, usually a reversed domain name; the name where the publisher gives none.
  public var id: String
  /// What pipelines write before the slash: lower-case letters, digits and '-', starting with a letter.
  public var name: String
  /// A semantic version; must equal the descriptor's.
  public var version: String
  public var title: String
  public var publisher: String?
  public var license: String?
  public var summary: String?
  /// A Markdown file inside the plugin folder.
  public var docs: String?
  /// An HTML page inside the plugin folder that draws what the plugin reports; it runs in a sandbox.
  public var panel: String?
  public var abi: ABIRequirement
  /// By platform: `linux_amd64`, `linux_arm64`.
  public var files: [String: PlatformFile]
  public var requests: PermissionRequests
  /// The weakest isolation the publisher accepts; the stricter of this and the admin's counts.
  public var minimumIsolation: Isolation?
  /// May share a worker with other plugins, although it asks for a process: its crash harms nobody's data.
  public var crashSafeWithOthers: Bool
  /// A validator's report inside the plugin folder.
  public var validationReport: String?

  /// Which versions of the contract the plugin was built with and needs.
  public struct ABIRequirement: Codable, Sendable, Hashable {
    /// The lowest host ABI it runs on; must equal the ELF note.
    public var needs: ABIVersion
    public var built: ABIVersion?
    /// Interfaces that are not promoted yet and that it wants.
    public var experimental: [String]
  }

  /// The shared object for one platform.
  public struct PlatformFile: Codable, Sendable, Hashable {
    /// Relative to the plugin folder, which it may not leave.
    public var path: String
    /// 64 lower-case hex digits.
    public var sha256: String?
    /// Bytes.
    public var size: Int64?
    public var glibcMinimum: String?
  }

  /// What the plugin asks for. Only an admin grants.
  public struct PermissionRequests: Codable, Sendable, Hashable {
    /// `host:port` patterns.
    public var net: [String] = []
    public var secrets = false
    /// Bytes.
    public var state: Int64?
    public var temp: Int64?
    public var gpu: String?
    public var threads: Int?
    public var exec = false
    public var paths = false
    /// Which paths it means, in words for the admin; naming some asks for `paths`.
    public var read: [String] = []
    public var write: [String] = []
    public init() {}
  }
}

/// How far a plugin is kept from others, from weak to strict.
public enum Isolation: String, Codable, Sendable, CaseIterable, Comparable {
  /// In the worker of the run, beside other plugins.
  case shared
  /// In a worker of its own.
  case process
  /// In a worker of its own with system calls and files restricted.
  case sandbox = "process+sandbox"
  case container

  public static func < (left: Self, right: Self) -> Bool {
    let order = Self.allCases
    return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
  }
}

extension VendorManifest {
  /// The key of `files` for the machine this was compiled for.
  public static var platform: String {
    #if arch(x86_64)
      "linux_amd64"
    #elseif arch(arm64)
      "linux_arm64"
    #else
      "linux_unknown"
    #endif
  }

  /// True for a name that plugins and components may have: a-z, 0-9 and '-', starting with a letter, 64 at most.
  public static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, (97...122).contains(first), text.utf8.count <= 64 else { return false }
    return text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
  }
}
