// Models that are kept loaded because somebody has just asked them: each in a worker of its own, gone when nobody asks any more.
import CWorker
import Foundation
package import Model
package import Supervisor
import Synchronization

/// Any thread.
package final class ModelServing: Sendable {
  /// Loaded at once. The one that was idle longest makes room.
  private static let modelsMax = 3
  /// A model that nobody has asked for so long lets go of its memory.
  private static let idleSeconds = 600.0

  private struct Entry {
    var model: ServedModel
    var asking = 0
    var usedAt: UInt64
  }
  private let entries = Mutex<[String: Entry]>([:])

  private let sweeping = DispatchQueue(label: "ote.models", qos: .utility)

  package init() {}

  /// Runs `body` with the model that `key` names, loaded: an earlier one where it still serves, else what `make` answers.
  /// Throws what kept it from loading, and what `body` throws.
  package func with<Answer>(
    _ key: String, make: () throws(Problem) -> ServedModel, _ body: (ServedModel) throws(Problem) -> Answer
  ) throws(Problem) -> Answer {
    let model = try begin(key, make)
    defer { end(key, model) }
    try model.start()
    return try body(model)
  }

  private func begin(_ key: String, _ make: () throws(Problem) -> ServedModel) throws(Problem) -> ServedModel {
    if let known = entries.withLock({ entries -> ServedModel? in
      guard var entry = entries[key], !entry.model.hasEnded else { return nil }
      entry.asking += 1
      entry.usedAt = ote_now_ns()
      entries[key] = entry
      return entry.model
    }) {
      return known
    }
    let made = try make()
    sweepLater()
    let (model, others) = entries.withLock { entries -> (ServedModel, [ServedModel]) in
      // Two who ask at once make one model.
      if var entry = entries[key], !entry.model.hasEnded {
        entry.asking += 1
        entries[key] = entry
        return (entry.model, [])
      }
      let others = Self.makeRoom(&entries)
      entries[key] = Entry(model: made, asking: 1, usedAt: ote_now_ns())
      return (made, others)
    }
    others.forEach { $0.stop() }
    return model
  }

  /// Those that have to go.
  private static func makeRoom(_ entries: inout [String: Entry]) -> [ServedModel] {
    var gone: [ServedModel] = []
    entries = entries.filter { !$0.value.model.hasEnded }
    while entries.count >= modelsMax,
      let oldest = entries.filter({ $0.value.asking == 0 }).min(by: { $0.value.usedAt < $1.value.usedAt })
    {
      gone.append(oldest.value.model)
      entries[oldest.key] = nil
    }
    return gone
  }

  private func end(_ key: String, _ model: ServedModel) {
    entries.withLock { entries in
      guard var entry = entries[key], entry.model === model else { return }
      entry.asking -= 1
      entry.usedAt = ote_now_ns()
      entries[key] = entry
    }
  }

  private func sweepLater() {
    sweeping.asyncAfter(deadline: .now() + Self.idleSeconds + 1) { [weak self] in self?.sweep() }
  }

  /// Lets idle models go. One that was asked meanwhile is looked at again later.
  private func sweep() {
    let now = ote_now_ns()
    let idle = entries.withLock { entries -> [ServedModel] in
      let old = entries.filter { key, entry in
        entry.asking == 0 && (entry.model.hasEnded || Double(now &- entry.usedAt) / 1e9 > Self.idleSeconds)
      }
      for key in old.keys { entries[key] = nil }
      return old.values.map(\.model)
    }
    idle.forEach { $0.stop() }
    if entries.withLock({ !$0.isEmpty }) { sweepLater() }
  }

  /// The host ends: workers would end with it, but in order is better.
  package func stopAll() {
    let all = entries.withLock { entries -> [ServedModel] in
      defer { entries = [:] }
      return entries.values.map(\.model)
    }
    all.forEach { $0.stop() }
  }
}
