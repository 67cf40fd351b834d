// A folder of one test, removed with it, and the few calls tests need on it.
import CPluginABI
import Glibc
import JSONValue
import PluginKit

@testable import LocalFilesPlugin

final class ScratchFolder {
  let path: String

  init() {
    var template = Array("/tmp/ote-local-files-XXXXXX".utf8CString)
    path = template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
  }

  deinit {
    _ = try? TargetFolder("/tmp", create: false).removeTree(String(path.dropFirst("/tmp/".count)))
  }

  /// Writes a file and the folders above it.
  @discardableResult
  func file(_ name: String, _ text: String = "x") -> String {
    folder(name.split(separator: "/").dropLast().joined(separator: "/"))
    write(Array(name.utf8), text)
    return "\(path)/\(name)"
  }

  func write(_ name: [UInt8], _ text: String) {
    let descriptor = withCPath(Array(path.utf8) + [0x2F] + name) { open($0, O_WRONLY | O_CREAT | O_TRUNC, 0o644) }
    precondition(descriptor >= 0, "cannot write \(name)")
    var text = text
    _ = text.withUTF8 { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
  }

  func folder(_ name: String) {
    var current = path
    for part in name.split(separator: "/") {
      current += "/\(part)"
      mkdir(current, 0o755)
    }
  }

  func link(_ name: String, to target: String) { symlink(target, "\(path)/\(name)") }

  func read(_ name: String) -> String? {
    guard let file = fopen("\(path)/\(name)", "r") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes[..<count], as: UTF8.self)
  }

  /// All names below, sorted, folders with a slash at the end.
  func names(_ below: String = "") -> [String] {
    let full = below.isEmpty ? path : "\(path)/\(below)"
    guard let reader = try? DirectoryReader(Array(full.utf8), in: nil, path: Array(full.utf8), follow: false) else {
      return []
    }
    var names: [String] = []
    while let bytes = try? reader.next() {
      let name = (below.isEmpty ? "" : below + "/") + String(decoding: bytes, as: UTF8.self)
      if (try? reader.status(bytes, follow: false))??.isFolder == true {
        names += [name + "/"] + self.names(name)
      } else {
        names.append(name)
      }
    }
    return names.sorted()
  }
}

/// A source made from JSON, as the host makes it.
func makeSource(_ config: JSONValue) throws -> FileSource {
  try FileSource(configuration: config.decode(SourceConfiguration.self), host: .detached)
}

/// Values of one column over all batches.
func texts(_ stream: any BatchStream, _ column: String) throws -> [String] {
  var values: [String] = []
  while let batch = try stream.next() {
    try batch.validate(full: true)
    for row in 0..<batch.rowCount { values.append(batch.column(column)?.text(row) ?? "none") }
  }
  return values
}

/// The relative paths that a source lists.
func listed(_ config: JSONValue, limit: Int? = nil) throws -> [String] {
  let stream = try makeSource(config).open(ScanRequest(limit: limit), .detached)
  return try texts(stream, "attributes").map { try JSONValue(parsing: $0)["relative_path"]?.string ?? "none" }
}

/// The error that a body throws, which must be a `PluginError`.
func problem(_ body: () throws -> Void) -> PluginError? {
  do { try body() } catch { return error as? PluginError }
  return nil
}

func imported(_ stream: any BatchStream) throws -> ImportedStream {
  let raw = UnsafeMutablePointer<ArrowArrayStream>.allocate(capacity: 1)
  defer { raw.deallocate() }
  export(stream, to: raw)
  return try ImportedStream(moving: raw)
}
