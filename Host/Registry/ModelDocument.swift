// A model document as it is kept and as it is handed out: bytes by digest in the store, by path on this machine.
package import ArtifactStore
package import JSONValue
package import Model

package enum ModelDocument {
  /// Without paths that only hold here, or only for now. `path` is where the model lay when it was published.
  package static func kept(
    _ document: JSONValue, digest: String, path: String, artifacts: ArtifactStore
  ) -> JSONValue {
    var entries = document.object ?? [:]
    for key in ["path", "name", "version", "alias", "use", "config", "lineage"] { entries[key] = nil }
    entries["artifact"] = .string(digest)
    entries["base"] = entries["base"].flatMap { $0.isNull ? nil : keptBase($0, artifacts) }
    if let files = entries["files"]?.object {
      entries["files"] = .object(files.mapValues { .string(kept($0.string ?? "", path, artifacts)) })
    }
    return .object(entries)
  }

  /// A base that the store has is found again by its digest; one that it does not have keeps its path.
  private static func keptBase(_ base: JSONValue, _ artifacts: ArtifactStore) -> JSONValue {
    guard var entries = base.object else { return base }
    for key in ["use", "config", "lineage"] { entries[key] = nil }
    if entries["artifact"] == nil, let path = entries["path"]?.string,
      let reference = artifacts.reference(to: path), !reference.contains("/")
    {
      entries["artifact"] = .string(reference)
    }
    if let digest = entries["artifact"]?.string, artifacts.contains(digest) { entries["path"] = nil }
    entries["base"] = entries["base"].map { keptBase($0, artifacts) }
    return .object(entries)
  }

  /// A file within the model is named from the model's own folder, one of another artifact by that.
  private static func kept(_ file: String, _ path: String, _ artifacts: ArtifactStore) -> String {
    if file.hasPrefix(path + "/") { return String(file.dropFirst(path.count + 1)) }
    return artifacts.reference(to: file) ?? file
  }

  /// With the paths of this machine. OTE-4006 where the store has lost the bytes.
  package static func located(_ version: ModelVersion, artifacts: ArtifactStore) throws(Problem) -> JSONValue {
    var entries = version.document.object ?? [:]
    entries["name"] = .string(version.model)
    entries["version"] = .int(Int64(version.version))
    // Who judges a version wants to see where it came from.
    entries["lineage"] = version.lineage
    return .object(try located(entries, digest: version.digest, artifacts))
  }

  package static func located(
    _ entries: [String: JSONValue], digest: String, _ artifacts: ArtifactStore
  ) throws(Problem) -> [String: JSONValue] {
    var entries = entries
    let path = try artifacts.path(of: digest)
    entries["artifact"] = .string(digest)
    entries["path"] = .string(path)
    if let base = entries["base"]?.object, let digest = base["artifact"]?.string, artifacts.contains(digest) {
      entries["base"] = .object(try located(base, digest: digest, artifacts))
    }
    var files = entries["files"]?.object ?? [:]
    for (form, file) in files {
      guard let file = file.string, !file.hasPrefix("/") else { continue }
      files[form] = .string(try artifacts.path(ofReference: file) ?? "\(path)/\(file)")
    }
    if !files.isEmpty { entries["files"] = .object(files) }
    return entries
  }
}

extension ArtifactStore {
  /// `sha256:...`, or `sha256:.../file` for a file within a folder.
  fileprivate func path(ofReference reference: String) throws(Problem) -> String? {
    guard reference.hasPrefix("sha256:") else { return nil }
    let parts = reference.split(separator: "/", maxSplits: 1).map(String.init)
    let path = try path(of: parts[0])
    return parts.count == 2 ? "\(path)/\(parts[1])" : path
  }
}
