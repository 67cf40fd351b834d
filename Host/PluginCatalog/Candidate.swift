// One admin manifest on its way to an installed plugin: it keeps what is known, and the first thing that is wrong.
import Model
import PluginManifest

struct Candidate {
  var plugin: InstalledPlugin
  var install: PluginInstall?
  var vendor: VendorManifest?
  /// The folder with plugin.toml.
  var folder = ""
  /// Set when only the description is missing.
  var plan: PlanPlugin?

  init(_ plugin: InstalledPlugin) { self.plugin = plugin }

  /// Reads the manifest's text and the plugin.toml that it points to.
  init(manifest text: String, path: String) {
    plugin = InstalledPlugin(name: Self.guessedName(text, path), version: "", title: "", manifestPath: path)
    attempt { (candidate) throws(Problem) in
      do throws(ManifestError) {
        candidate.adopt(try PluginInstall(parsing: text, file: path))
      } catch {
        throw Problem(.manifestInvalid, error)
      }
      // A disabled plugin still shows its title where plugin.toml can be read.
      try candidate.readVendorManifest()
    }
    if install?.spec.enabled == false {
      plugin.problem = Problem(.pluginDisabled, "spec.enabled is false in \(path)", at: ProblemLocation(file: path))
    }
    if plugin.title.isEmpty { plugin.title = plugin.name }
    plugin.problem?.plugin = plugin.name
  }

  /// Runs a step unless one failed before; a failure becomes the plugin's problem.
  mutating func attempt(_ step: (inout Candidate) throws(Problem) -> Void) {
    guard plugin.problem == nil else { return }
    do throws(Problem) {
      try step(&self)
    } catch {
      plugin.problem = error
      plugin.problem?.plugin = plugin.name
      plan = nil
    }
  }

  /// The plugin with its description checked, or with the scan's failure.
  func completed(with outcome: ScanOutcome) -> InstalledPlugin {
    var candidate = self
    candidate.attempt { (candidate) throws(Problem) in
      let description = try outcome.get()
      guard let vendor = candidate.vendor, let install = candidate.install else { return }
      try DescriptionCheck(description, path: candidate.plugin.path ?? "").check(against: vendor)
      try PolicyCheck(install, path: candidate.plugin.manifestPath).check(against: description)
      candidate.plugin.description = description
    }
    return candidate.plugin
  }

  private mutating func adopt(_ install: PluginInstall) {
    self.install = install
    plugin.name = install.spec.plugin
    plugin.version = install.spec.version ?? ""
    plugin.digest = install.spec.digest
    plugin.allowed = install.spec.components
    let source = install.spec.source
    let full = source.hasPrefix("/") ? source : "\(ManifestFile.folder(of: plugin.manifestPath))/\(source)"
    // Without dots: it is compared with what lies in the plugin folders.
    folder = ManifestFile.resolved(full) ?? full
  }

  private mutating func readVendorManifest() throws(Problem) {
    guard let install else { return }
    let path = "\(folder)/\(VendorManifest.fileName)"
    let vendor = try Self.vendorManifest(path)
    self.vendor = vendor
    plugin.vendorPath = path
    plugin.title = vendor.title
    plugin.publisher = vendor.publisher
    plugin.license = vendor.license
    plugin.policy = PluginPolicy(install.spec, vendor)
    if install.spec.version == nil { plugin.version = vendor.version }
    try PolicyCheck(install, path: plugin.manifestPath).check(against: vendor, in: folder)
  }

  static func vendorManifest(_ path: String) throws(Problem) -> VendorManifest {
    let text = try ManifestFile.read(path, missing: .pluginFileMissing)
    do throws(ManifestError) {
      return try VendorManifest(parsing: text, file: path)
    } catch {
      throw Problem(.vendorManifestInvalid, error)
    }
  }

  /// The name that a manifest which cannot be parsed most likely means.
  private static func guessedName(_ text: String, _ path: String) -> String {
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.split(whereSeparator: { " \t\"'{},".contains($0) })
      if let at = words.firstIndex(of: "plugin:"), at + 1 < words.count, VendorManifest.isName(String(words[at + 1])) {
        return String(words[at + 1])
      }
    }
    return ManifestFile.stem(path)
  }
}

extension PluginPolicy {
  init(_ spec: PluginInstall.Spec, _ vendor: VendorManifest) {
    self.init()
    limits.memoryBytes = spec.limits.memory
    limits.wallSeconds = spec.limits.wall
    limits.stallSeconds = spec.limits.stall
    limits.graceSeconds = spec.limits.grace
    limits.threads = spec.limits.threads
    limits.processes = spec.limits.pids
    limits.openFiles = spec.limits.files
    permissions.net = spec.permissions.net
    permissions.secrets = spec.permissions.secrets
    permissions.readPaths = spec.permissions.readPaths
    permissions.writePaths = spec.permissions.writePaths
    permissions.stateBytes = spec.permissions.state
    permissions.tempBytes = spec.permissions.temp
    permissions.gpu = spec.permissions.gpu
    permissions.experimental = spec.permissions.experimental
    var minimum = vendor.minimumIsolation ?? .shared
    if minimum == .process && vendor.crashSafeWithOthers { minimum = .shared }
    isolation = max(spec.isolation ?? .shared, minimum).rawValue
    defaults = spec.defaults
    locked = spec.locked
    roles = spec.visibility?.roles
  }
}
