// Copies a model's files to where the host may take them from. Never a link: the store makes what it takes read-only.
import FoundationEssentials
import Glibc
import JSONValue
import PluginKit

struct ModelCopy {
  private let run: Run

  init(_ run: Run) { self.run = run }

  private static let piece = 4 << 20

  /// Answers where the copy lies.
  func copy(_ path: String, into folder: String) throws -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? "model"
    let target = "\(folder)/\(name)"
    var done: UInt64 = 0
    try item(path, target, &done)
    return target
  }

  private func item(_ from: String, _ to: String, _ done: inout UInt64) throws {
    var state = stat()
    guard stat(from, &state) == 0 else { throw failure("read", from) }
    switch state.st_mode & S_IFMT {
    case S_IFDIR:
      guard mkdir(to, 0o755) == 0 || errno == EEXIST else { throw failure("make", to) }
      let names: [String]
      do { names = try FileManager.default.contentsOfDirectory(atPath: from).sorted() } catch {
        throw PluginError(.io, "cannot read the folder \(from): \(error)", details: ["file": .string(from)])
      }
      for name in names { try item("\(from)/\(name)", "\(to)/\(name)", &done) }
    case S_IFREG: try file(from, to, &done)
    default:
      throw PluginError(
        .data, "\(from) is neither a file nor a folder, and cannot be part of a model", details: ["file": .string(from)]
      )
    }
  }

  private func file(_ from: String, _ to: String, _ done: inout UInt64) throws {
    let input = open(from, O_RDONLY | O_CLOEXEC)
    guard input >= 0 else { throw failure("read", from) }
    defer { close(input) }
    let output = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard output >= 0 else { throw failure("write", to) }
    defer { close(output) }
    var buffer = [UInt8](repeating: 0, count: Self.piece)
    while true {
      try run.checkCancelled()
      let count = read(input, &buffer, buffer.count)
      guard count >= 0 else { throw failure("read", from) }
      if count == 0 { return }
      var written = 0
      while written < count {
        let some = buffer.withUnsafeBytes { write(output, $0.baseAddress! + written, count - written) }
        guard some > 0 else { throw failure("write", to) }
        written += some
      }
      done += UInt64(count)
      run.progress(done, of: nil, "bytes")
    }
  }

  private func failure(_ verb: String, _ path: String) -> PluginError {
    let code = errno
    let status: PluginError.Status =
      code == ENOENT ? .notFound : code == EACCES ? .denied : code == ENOSPC ? .resource : .io
    return PluginError(
      status, "cannot \(verb) \(path): \(String(cString: strerror(code)))", details: ["file": .string(path)])
  }
}
