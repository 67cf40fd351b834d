// Where a file goes below the target of a sink. Names come from other plugins' rows: nothing may lead outside.
internal import JSONValue
internal import PluginKit

package enum TargetName {
  /// The target's path relative to the folder, its parts checked. No part may begin with `reserved`.
  package static func of(
    path: String, attributes: String?, keepFolders: Bool, reserved: String? = nil, row: Int
  ) throws -> String {
    var name = path.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? ""
    if keepFolders, let attributes, !attributes.isEmpty {
      guard let parsed = try? JSONValue(parsing: attributes), parsed.object != nil else {
        throw PluginError.data("the attributes of \(path) are not a JSON object: \(attributes.prefix(80))", row: row)
      }
      if let relative = parsed["relative_path"], !relative.isNull {
        guard let text = relative.string else {
          throw PluginError.data("relative_path of \(path) is \(relative.text), not text", row: row)
        }
        name = text
      }
    }
    try check(name, path, reserved, row)
    return name
  }

  private static func check(_ name: String, _ path: String, _ reserved: String?, _ row: Int) throws {
    func refuse(_ reason: String) -> PluginError {
      PluginError.data(
        "the file \(path) asks to be stored as '\(escaped(name.utf8))', \(reason). "
          + "The name must be a path below the target folder", file: path, row: row)
    }
    if name.isEmpty { throw refuse("which is empty") }
    if name.utf8.contains(0) { throw refuse("which holds a NUL character") }
    if name.hasPrefix("/") { throw refuse("which is absolute") }
    for part in name.split(separator: "/", omittingEmptySubsequences: false) {
      if part == ".." || part == "." { throw refuse("which leads elsewhere with '\(part)'") }
      if part.isEmpty { throw refuse("which has an empty part") }
      if part.utf8.count > 255 { throw refuse("which has a part longer than 255 bytes") }
      if let reserved, part.hasPrefix(reserved) { throw refuse("which is reserved for staging") }
    }
  }

  /// "a/b.csv", 2 → "a/b-2.csv"
  package static func numbered(_ name: String, _ number: Int) -> String {
    let cut = name.lastIndex(of: "/").map { name.index(after: $0) } ?? name.startIndex
    let last = name[cut...]
    guard let dot = last.dropFirst().firstIndex(of: ".") else { return "\(name)-\(number)" }
    return "\(name[..<dot])-\(number)\(name[dot...])"
  }

  /// The local path behind a `files` row: its path, or what a file:// URI says.
  package static func localPath(path: String?, uri: String?, row: Int) throws -> String {
    let local = path.flatMap { $0.isEmpty ? nil : $0 } ?? uri.flatMap(filePath)
    guard let local else {
      throw PluginError(
        .unsupported, "row \(row) has no local file (\(uri ?? "no uri")). Put a stage that downloads before this sink",
        details: ["row": .int(Int64(row))])
    }
    if local.utf8.contains(0) { throw PluginError.data("the path in row \(row) holds a NUL character", row: row) }
    return local
  }

  /// The path of a file:// URI on this machine, percent signs decoded.
  private static func filePath(_ uri: String) -> String? {
    for prefix in ["file:///", "file://localhost/"] where uri.hasPrefix(prefix) {
      var bytes: [UInt8] = [0x2F]
      var rest = uri.utf8.dropFirst(prefix.utf8.count)
      while let byte = rest.popFirst() {
        guard byte == 0x25 else {
          bytes.append(byte)
          continue
        }
        let digits = String(decoding: rest.prefix(2), as: UTF8.self)
        guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16) else { return nil }
        bytes.append(value)
        rest = rest.dropFirst(2)
      }
      return String(validating: bytes, as: UTF8.self)
    }
    return nil
  }
}
