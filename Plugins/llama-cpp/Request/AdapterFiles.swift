// Which adapter a request wants, and whether it fits the base.
import Glibc
import JSONValue
import PluginKit
import Synchronization

/// Checks each adapter file once. Any thread.
final class AdapterFiles: Sendable {
  private let base: GGUFFile
  private let standard: (path: String, scale: Double)?
  private let known = Mutex<Set<[Int64]>>([])

  init(base: GGUFFile, standard: (path: String, scale: Double)?) throws {
    self.base = base
    self.standard = standard
    if let standard { _ = try check(standard.path, standard.scale) }
  }

  /// The request's, or the configuration's; scale 0 is none.
  func adapter(for request: JSONValue?) throws -> RequestPlan.Adapter? {
    guard let request else { return try standard.flatMap { try check($0.path, $0.scale) } }
    guard let object = request.object, let path = object["path"]?.string,
      object["scale"].map({ $0.double != nil }) ?? true
    else { throw GrammarText.wrong("/adapter", "\"adapter\" has to be {\"path\": a file, \"scale\": a number}") }
    return try check(path, object["scale"]?.double ?? 1)
  }

  private func check(_ path: String, _ scale: Double) throws -> RequestPlan.Adapter? {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw PluginError(.notFound, "there is no adapter \(path)", details: ["file": .string(path)])
    }
    let identity = [
      Int64(bitPattern: UInt64(status.st_dev)), Int64(bitPattern: UInt64(status.st_ino)), Int64(status.st_size),
      Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec),
    ]
    if !known.withLock({ $0.contains(identity) }) {
      try GGUFFile(path: path).checkIsAdapter(of: base)
      known.withLock { _ = $0.insert(identity) }
    }
    return scale == 0 ? nil : RequestPlan.Adapter(path: path, identity: identity, scale: Float(scale))
  }
}
