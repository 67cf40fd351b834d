// Which plugins there are and why some are not usable: manifests, digests, descriptions. Never loads code itself.
import ArtifactStore
import Glibc
package import Model
package import PluginManifest

/// Reads the admin's manifests on every load; what is expensive (hashes, scans) comes from `memory`.
package struct PluginCatalog: Sendable {
  /// Where admin manifests (*.yaml) lie; a folder that does not exist holds none.
  package let manifestFolders: [String]
  /// Where the host keeps its own copies: `<copies>/<sha256>/<file name>`.
  package let copies: String
  package let hostABI: ABIVersion
  let memory: any CatalogMemory
  /// Development only: accept manifests that pin no digest.
  let allowUnpinned: Bool
  /// Part of the scan cache's key: raise it when scans ask for more than before.
  let scannerVersion: Int

  package init(
    manifestFolders: [String], copies: String, memory: any CatalogMemory, allowUnpinned: Bool = false,
    hostABI: ABIVersion = ABIVersion(major: 1, minor: 1), scannerVersion: Int = 1
  ) {
    self.manifestFolders = manifestFolders
    self.copies = copies
    self.memory = memory
    self.allowUnpinned = allowUnpinned
    self.hostABI = hostABI
    self.scannerVersion = scannerVersion
  }

  /// All plugins, or only those named, in the order of folders and file names. Never throws: what is wrong with a
  /// plugin is its `problem`. `scanner` is called for a file whose description is not known yet; what it throws is
  /// reported but not remembered, what it answers is.
  package func load(only names: Set<String>? = nil, scanner: (PlanPlugin) throws -> ScanOutcome) -> [InstalledPlugin] {
    prepare(only: names).map { candidate in
      guard let plan = candidate.plan else { return candidate.plugin }
      if let known = knownOutcome(of: plan) { return candidate.completed(with: known) }
      do {
        let outcome = try scanner(plan)
        memory.remember(outcome, for: key(of: plan))
        return candidate.completed(with: outcome)
      } catch {
        return candidate.completed(with: .failure(Self.problem(error, plugin: plan.name)))
      }
    }
  }

  /// The same for a scanner that waits.
  package func load(
    only names: Set<String>? = nil, scanner: (PlanPlugin) async throws -> ScanOutcome
  ) async -> [InstalledPlugin] {
    var plugins: [InstalledPlugin] = []
    for candidate in prepare(only: names) {
      guard let plan = candidate.plan else {
        plugins.append(candidate.plugin)
        continue
      }
      if let known = knownOutcome(of: plan) {
        plugins.append(candidate.completed(with: known))
        continue
      }
      do {
        let outcome = try await scanner(plan)
        memory.remember(outcome, for: key(of: plan))
        plugins.append(candidate.completed(with: outcome))
      } catch {
        plugins.append(candidate.completed(with: .failure(Self.problem(error, plugin: plan.name))))
      }
    }
    return plugins
  }

  private func key(of plan: PlanPlugin) -> ScanKey {
    ScanKey(digest: plan.digest, hostABI: hostABI.word, scanner: scannerVersion)
  }

  private func knownOutcome(of plan: PlanPlugin) -> ScanOutcome? { memory.outcome(of: key(of: plan)) }

  private static func problem(_ error: any Error, plugin: String) -> Problem {
    (error as? Problem) ?? Problem(.hostFailed, "the scan of \(plugin) failed: \(error)", plugin: plugin)
  }
}

extension PluginCatalog {
  /// Everything that needs no scan: manifests, duplicates, files, digests, copies.
  private func prepare(only names: Set<String>?) -> [Candidate] {
    var candidates: [Candidate] = []
    for folder in manifestFolders { candidates += read(folder: folder, only: names) }
    Self.markDuplicates(&candidates)
    return candidates.map { candidate in
      var candidate = candidate
      candidate.attempt { (candidate) throws(Problem) in try self.place(&candidate) }
      return candidate
    }
  }

  private func read(folder: String, only names: Set<String>?) -> [Candidate] {
    let files: [String]
    do throws(Problem) {
      files = try ManifestFile.list(folder)
    } catch {
      var plugin = InstalledPlugin(name: folder, version: "", title: folder, manifestPath: folder)
      plugin.problem = error
      return [Candidate(plugin)]
    }
    return files.compactMap { path in
      let text: String
      do throws(Problem) {
        text = try ManifestFile.read(path, missing: .manifestInvalid)
      } catch {
        var plugin = InstalledPlugin(name: ManifestFile.stem(path), version: "", title: path, manifestPath: path)
        plugin.problem = error
        return Candidate(plugin)
      }
      // A manifest that does not even contain a wanted name is not parsed.
      if let names, !names.contains(where: { text.contains($0) }) { return nil }
      let candidate = Candidate(manifest: text, path: path)
      return names?.contains(candidate.plugin.name) ?? true ? candidate : nil
    }
  }

  /// Several versions may live side by side; the same version twice leaves open which one is meant.
  private static func markDuplicates(_ candidates: inout [Candidate]) {
    let enabled = candidates.indices.filter { candidates[$0].install?.spec.enabled == true }
    let groups = Dictionary(grouping: enabled) { "\(candidates[$0].plugin.name) \(candidates[$0].plugin.version)" }
    for (name, indices) in groups where indices.count > 1 {
      let paths = indices.map { candidates[$0].plugin.manifestPath }.joined(separator: ", ")
      for index in indices {
        let plugin = candidates[index].plugin
        candidates[index].plugin.problem = Problem(
          .duplicatePlugin, "\(name) is named by \(paths)", plugin: plugin.name,
          at: ProblemLocation(file: plugin.manifestPath))
      }
    }
  }
}
