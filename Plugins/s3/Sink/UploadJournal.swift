// Uploads that are under way, in the pipeline's state: whoever comes after a crash can end them.
import JSONValue
import PluginKit

struct UploadJournal {
  private static let key = "uploads"
  private static let receiptPrefix = "receipt/"

  /// What an earlier attempt or run has left behind.
  static func left(_ run: Run) -> [PartUpload] {
    guard let stored = (try? run.state(get: key))?.value, let json = try? JSONValue(parsing: stored) else { return [] }
    return (try? json.decode([PartUpload].self)) ?? []
  }

  static func note(_ uploads: [PartUpload], _ run: Run) {
    let bare: [JSONValue] = uploads.map { ["key": .string($0.key), "id": .string($0.id), "etags": []] }
    keep(key, .array(bare), run)
  }

  static func receipt(_ run: Run) -> JSONValue? {
    guard let stored = (try? run.state(get: receiptPrefix + run.meta.run))?.value else { return nil }
    return try? JSONValue(parsing: stored)
  }

  static func note(receipt: JSONValue, _ run: Run) { keep(receiptPrefix + run.meta.run, receipt, run) }

  /// A host that keeps no state must not fail a run for it.
  private static func keep(_ key: String, _ value: JSONValue, _ run: Run) {
    do { try run.state(put: key, Array(value.text.utf8)) } catch {
      run.log(.debug, "the uploads were not noted: \(PluginError(wrapping: error).message)")
    }
  }
}

/// A value behind a lock.
final class Locked<Value>: @unchecked Sendable {
  private let monitor = PluginMonitor()
  private var value: Value

  init(_ value: Value) { self.value = value }

  func with<R>(_ body: (inout Value) throws -> R) rethrows -> R { try monitor.locked { try body(&value) } }
}
