// Strict decoding of the admin's manifest.

extension PluginInstall {
  /// Reads the text of an admin manifest. `file` is only quoted in errors. `status` is the host's and is not read.
  public init(parsing text: String, file: String) throws(ManifestError) {
    var table = try TableReader(YAMLDocument.parse(text, file: file), file: file)
    let apiVersion = try table.required("apiVersion")
    guard apiVersion == Self.apiVersion else {
      throw table.error("apiVersion", "must be \(Self.apiVersion), not \(apiVersion)")
    }
    let kind = try table.required("kind")
    guard kind == Self.kind else { throw table.error("kind", "must be \(Self.kind), not \(kind)") }
    guard let metadata = try table.table("metadata") else { throw table.error("metadata", "is missing") }
    self.metadata = try Metadata(metadata)
    guard let spec = try table.table("spec") else { throw table.error("spec", "is missing") }
    self.spec = try Spec(spec)
    _ = table.value("status")
    try table.finish()
  }
}

extension PluginInstall.Metadata {
  fileprivate init(_ section: TableReader) throws(ManifestError) {
    var section = section
    name = try section.required("name")
    if var table = try section.table("labels") {
      for key in table.keys { labels[key] = try table.string(key) ?? "" }
    }
    try section.finish()
  }
}

extension PluginInstall.Spec {
  fileprivate init(_ section: TableReader) throws(ManifestError) {
    var section = section
    plugin = try section.required("plugin")
    guard VendorManifest.isName(plugin) else {
      throw section.error("plugin", "may hold a-z, 0-9 and '-' and starts with a letter, unlike \(plugin)")
    }
    version = try section.string("version")
    if let version, SemanticVersion(version) == nil {
      throw section.error("version", "must be an exact version such as 1.4.0, not \(version)")
    }
    digest = try Self.digest(&section)
    source = try Self.source(&section)
    enabled = try section.bool("enabled") ?? true
    components = try section.strings("components")
    if let table = try section.table("permissions") { permissions = try PluginInstall.Permissions(table) }
    isolation = try section.word("isolation", of: Isolation.self)
    if let table = try section.table("limits") { limits = try PluginInstall.Limits(table) }
    defaults = try section.objects("defaults") ?? [:]
    locked = try section.objects("locked") ?? [:]
    if let table = try section.table("visibility") { visibility = try PluginInstall.Visibility(table) }
    if let table = try section.table("crashPolicy") { crashPolicy = try PluginInstall.CrashPolicy(table) }
    if let table = try section.table("rollout") { rollout = try PluginInstall.Rollout(table) }
    if let table = try section.table("signature") { signature = try PluginInstall.Signature(table) }
    try section.finish()
  }

  private static func digest(_ section: inout TableReader) throws(ManifestError) -> String? {
    guard let digest = try section.string("digest") else { return nil }
    guard digest.hasPrefix("sha256:"), Digest.isHex(String(digest.dropFirst(7))) else {
      throw section.error("digest", "must be sha256: and 64 lower-case hex digits, not \(digest)")
    }
    return digest
  }

  private static func source(_ section: inout TableReader) throws(ManifestError) -> String {
    guard var table = try section.table("source") else { throw section.error("source", "is missing") }
    let path = try table.required("path")
    guard !path.utf8.contains(0) else { throw table.error("path", "holds a zero byte") }
    try table.finish()
    return path
  }
}

extension PluginInstall.Permissions {
  fileprivate init(_ section: TableReader) throws(ManifestError) {
    var section = section
    net = try section.strings("net") ?? []
    secrets = try section.strings("secrets") ?? []
    if var paths = try section.table("paths") {
      readPaths = try paths.strings("read") ?? []
      writePaths = try paths.strings("write") ?? []
      try paths.finish()
    }
    state = try section.bytes("state")
    temp = try section.bytes("temp")
    gpu = try section.string("gpu")
    experimental = try section.strings("experimental") ?? []
    try section.finish()
  }
}

extension PluginInstall.Limits {
  fileprivate init(_ section: TableReader) throws(ManifestError) {
    var section = section
    memory = try section.bytes("memory")
    wall = try section.seconds("wall")
    stall = try section.seconds("stall")
    grace = try section.seconds("grace")
    threads = try section.count("threads")
    pids = try section.count("pids")
    files = try section.count("files")
    try section.finish()
  }
}

extension PluginInstall.Visibility {
  fileprivate init(_ section: TableReader) throws(ManifestError) {
    var section = section
    roles = try section.strings("roles") ?? []
    try section.finish()
  }
}

extension PluginInstall.CrashPolicy {
  fileprivate init(_ section: TableReader) throws(ManifestError) {
    var section = section
    guard let max = try section.count("max"), max > 0 else { throw section.error("max", "must be 1 or more") }
    guard let window = try section.seconds("window") else { throw section.error("window", "is missing") }
    self.max = max
    self.window = window
    then = try section.word("then", of: Action.self) ?? .quarantine
    try section.finish()
  }
}

extension PluginInstall.Rollout {
  fileprivate init(_ section: TableReader) throws(ManifestError) {
    var section = section
    strategy = try section.word("strategy", of: Strategy.self) ?? .all
    percent = try section.count("percent")
    if let percent, percent > 100 { throw section.error("percent", "must be 0 to 100, not \(percent)") }
    try section.finish()
  }
}

extension PluginInstall.Signature {
  fileprivate init(_ section: TableReader) throws(ManifestError) {
    var section = section
    guard let policy = try section.word("policy", of: Policy.self) else { throw section.error("policy", "is missing") }
    self.policy = policy
    keys = try section.strings("keys") ?? []
    try section.finish()
  }
}
