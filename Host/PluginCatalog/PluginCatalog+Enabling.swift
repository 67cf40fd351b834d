// Writing admin manifests: pin a plugin folder's digest, or switch a plugin off.
import ArtifactStore
import Glibc
package import Model
import PluginManifest

extension PluginCatalog {
  /// Pins what lies in `folder` in an admin manifest and answers the manifest's path. A manifest of that plugin is
  /// kept with its comments: only digest, version, enabled and, for another folder, the source change.
  package func enable(folder: String, into manifests: String) throws(Problem) -> String {
    guard let folder = ManifestFile.resolved(folder) else { throw Problem.file(.pluginFileMissing, "open", folder) }
    let vendor = try Candidate.vendorManifest("\(folder)/\(VendorManifest.fileName)")
    let object = try shared(vendor, in: folder)
    try check(object, vendor)
    try ArtifactStore.createFolder(manifests)
    guard let manifests = ManifestFile.resolved(manifests) else {
      throw Problem.file(.manifestInvalid, "open", manifests)
    }
    let source = Self.relative(folder, to: manifests)
    guard let existing = try Self.manifest(of: vendor, folder: folder, in: manifests) else {
      let path = Self.newPath(vendor, in: manifests)
      try ManifestFile.write(Self.newManifest(vendor, digest: object.digest, source: source), to: path)
      return path
    }
    var text = ManifestText(try ManifestFile.read(existing.path, missing: .manifestInvalid), file: existing.path)
    if existing.folder != folder { try text.set("source", to: "{ path: \(Self.quoted(source)) }") }
    try text.set("version", to: vendor.version)
    try text.set("digest", to: object.digest)
    if !existing.install.spec.enabled { try text.set("enabled", to: "true") }
    let install = try text.checked()
    guard install.spec.digest == object.digest, install.spec.version == vendor.version, install.spec.enabled else {
      throw Problem(
        .manifestInvalid, "\(existing.path) is written in a way that cannot be edited",
        at: ProblemLocation(file: existing.path), next: "Write spec.digest by hand: \(object.digest)")
    }
    try ManifestFile.write(text.text, to: existing.path)
    return existing.path
  }

  /// Sets spec.enabled to false in every manifest of that plugin and answers their paths.
  package func disable(_ name: String) throws(Problem) -> [String] {
    var changed: [String] = []
    for folder in manifestFolders {
      for path in try ManifestFile.list(folder) {
        let source = try ManifestFile.read(path, missing: .manifestInvalid)
        guard let install = try? PluginInstall(parsing: source, file: path), install.spec.plugin == name else {
          continue
        }
        var text = ManifestText(source, file: path)
        try text.set("enabled", to: "false")
        guard try !text.checked().spec.enabled else {
          throw Problem(
            .manifestInvalid, "\(path) is written in a way that cannot be edited", at: ProblemLocation(file: path),
            next: "Write spec.enabled: false by hand.")
        }
        try ManifestFile.write(text.text, to: path)
        changed.append(path)
      }
    }
    guard !changed.isEmpty else {
      throw Problem(.pluginNotFound, "no manifest in \(manifestFolders.joined(separator: ", ")) names \(name)")
    }
    return changed
  }

  private struct Existing {
    var path: String
    var install: PluginInstall
    /// Resolved; nil where the source does not exist.
    var folder: String?
  }

  /// The manifest to change: of this folder, else of this version, else the only one of the plugin.
  private static func manifest(
    of vendor: VendorManifest, folder: String, in manifests: String
  ) throws(Problem) -> Existing? {
    var found: [Existing] = []
    for path in try ManifestFile.list(manifests) {
      let text = try ManifestFile.read(path, missing: .manifestInvalid)
      guard text.contains(vendor.name) else { continue }
      do throws(ManifestError) {
        let install = try PluginInstall(parsing: text, file: path)
        guard install.spec.plugin == vendor.name else { continue }
        let source = install.spec.source
        let full = source.hasPrefix("/") ? source : "\(manifests)/\(source)"
        found.append(Existing(path: path, install: install, folder: ManifestFile.resolved(full)))
      } catch {
        // Another plugin's manifest is not in the way; this plugin's own must be corrected first.
        if ManifestFile.stem(path) == vendor.name { throw Problem(.manifestInvalid, error) }
      }
    }
    return found.first { $0.folder == folder } ?? found.first { $0.install.spec.version == vendor.version }
      ?? (found.count == 1 ? found[0] : nil)
  }

  private static func newPath(_ vendor: VendorManifest, in manifests: String) -> String {
    let path = "\(manifests)/\(vendor.name).yaml"
    return access(path, F_OK) == 0 ? "\(manifests)/\(vendor.name)-\(vendor.version).yaml" : path
  }

  private static func newManifest(_ vendor: VendorManifest, digest: String, source: String) -> String {
    """
    # Written by `ote plugins enable`. Edit it freely: enabling again changes only digest, version and source.
    apiVersion: \(PluginInstall.apiVersion)
    kind: \(PluginInstall.kind)
    metadata:
      name: \(vendor.name)
    spec:
      plugin: \(vendor.name)
      version: \(vendor.version)
      digest: \(digest)
      source:
        path: \(quoted(source))

    """
  }

  /// Relative where both lie near each other, so that the two can be moved together; else absolute.
  private static func relative(_ folder: String, to manifests: String) -> String {
    let target = folder.split(separator: "/")
    let start = manifests.split(separator: "/")
    let shared = zip(target, start).prefix { $0 == $1 }.count
    let up = start.count - shared
    guard shared > 0, up <= 2 else { return folder }
    let parts = Array(repeating: "..", count: up) + target[shared...].map(String.init)
    return parts.isEmpty ? "." : parts.joined(separator: "/")
  }

  /// As YAML text: plain where that is safe, else in double quotes.
  private static func quoted(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy {
      (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0) || [45, 46, 47, 95].contains($0)
    }
    if isPlain, let first = text.utf8.first, first != 45, !(48...57).contains(first) { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
