// Strict decoding of plugin.toml: every key is known, every value has its type, or the file is refused.

extension VendorManifest {
  /// Reads the text of a `plugin.toml`. `file` is only quoted in errors.
  public init(parsing text: String, file: String) throws(ManifestError) {
    var table = try TableReader(TOMLDocument.parse(text, file: file), file: file)
    guard let version = try table.count("manifest_version") else { throw table.error("manifest_version", "is missing") }
    guard (1...Self.currentVersion).contains(version) else {
      throw table.error("manifest_version", "is \(version), but this host reads up to \(Self.currentVersion)")
    }
    manifestVersion = version
    name = try table.required("name")
    guard Self.isName(name) else {
      throw table.error("name", "may hold a-z, 0-9 and '-' and starts with a letter, unlike \(name)")
    }
    id = try table.string("id") ?? name
    self.version = try table.required("version")
    guard SemanticVersion(self.version) != nil else {
      throw table.error("version", "must be a semantic version such as 1.4.0, not \(self.version)")
    }
    title = try table.string("title") ?? name
    publisher = try table.string("publisher")
    license = try table.string("license")
    summary = try table.string("summary")
    docs = try Self.contained("docs", in: &table)
    panel = try Self.contained("panel", in: &table)
    if let panel, !panel.hasSuffix(".html") { throw table.error("panel", "must be an .html page, not \(panel)") }
    abi = try ABIRequirement(&table)
    files = try Self.files(&table)
    requests = try PermissionRequests(&table)
    (minimumIsolation, crashSafeWithOthers) = try Self.isolation(&table)
    validationReport = try Self.report(&table)
    try table.finish()
  }

  /// A path that stays inside the plugin folder.
  fileprivate static func contained(_ key: String, in table: inout TableReader) throws(ManifestError) -> String? {
    guard let path = try table.string(key) else { return nil }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard !path.isEmpty, !path.hasPrefix("/"), !parts.contains(".."), !path.utf8.contains(0) else {
      throw table.error(key, "must be a path inside the plugin folder, not \(path)")
    }
    return path
  }

  private static func files(_ table: inout TableReader) throws(ManifestError) -> [String: PlatformFile] {
    guard var section = try table.table("files") else { throw table.error("files", "is missing") }
    var files: [String: PlatformFile] = [:]
    for platform in section.keys {
      guard let file = try section.table(platform) else { continue }
      files[platform] = try PlatformFile(file)
    }
    return files
  }

  private static func isolation(_ table: inout TableReader) throws(ManifestError) -> (Isolation?, Bool) {
    guard var section = try table.table("isolation") else { return (nil, false) }
    let minimum = try section.word("minimum", of: Isolation.self)
    let isCrashSafe = try section.bool("crash_safe_with_others") ?? false
    try section.finish()
    return (minimum, isCrashSafe)
  }

  private static func report(_ table: inout TableReader) throws(ManifestError) -> String? {
    guard var section = try table.table("validation") else { return nil }
    let report = try contained("report", in: &section)
    try section.finish()
    return report
  }
}

extension VendorManifest.ABIRequirement {
  fileprivate init(_ table: inout TableReader) throws(ManifestError) {
    guard var section = try table.table("abi") else { throw table.error("abi", "is missing") }
    guard let needs = try Self.version("needs", &section) else { throw section.error("needs", "is missing") }
    self.needs = needs
    built = try Self.version("built", &section)
    experimental = try section.strings("experimental") ?? []
    try section.finish()
  }

  private static func version(_ key: String, _ section: inout TableReader) throws(ManifestError) -> ABIVersion? {
    guard let text = try section.string(key) else { return nil }
    guard let version = ABIVersion(text) else { throw section.error(key, "must be major.minor, not \(text)") }
    return version
  }
}

extension VendorManifest.PlatformFile {
  fileprivate init(_ section: TableReader) throws(ManifestError) {
    var section = section
    guard let path = try VendorManifest.contained("path", in: &section) else {
      throw section.error("path", "is missing")
    }
    self.path = path
    sha256 = try section.string("sha256")?.lowercased()
    if let sha256, !Digest.isHex(sha256) { throw section.error("sha256", "must be 64 hex digits") }
    size = try section.bytes("size")
    glibcMinimum = try section.string("glibc_min")
    if let glibcMinimum, ABIVersion(glibcMinimum) == nil {
      throw section.error("glibc_min", "must be major.minor, not \(glibcMinimum)")
    }
    try section.finish()
  }
}

extension VendorManifest.PermissionRequests {
  fileprivate init(_ table: inout TableReader) throws(ManifestError) {
    guard var section = try table.table("requests") else { return }
    net = try section.strings("net") ?? []
    secrets = try section.bool("secrets") ?? false
    state = try section.bytes("state")
    temp = try section.bytes("temp")
    gpu = try section.string("gpu")
    threads = try section.count("threads")
    exec = try section.bool("exec") ?? false
    read = try section.strings("read") ?? []
    write = try section.strings("write") ?? []
    paths = try section.bool("paths") ?? !(read + write).isEmpty
    try section.finish()
  }
}

enum Digest {
  static func isHex(_ text: String) -> Bool {
    text.utf8.count == 64 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }
}
