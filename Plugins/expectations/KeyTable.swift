// The distinct row keys seen so far and the row each was first seen in: 24 bytes a slot in shards that grow one
// after another, so that growing needs little memory on top.
import Glibc
import JSONValue
import PluginKit

/// Counts the memory of all rules of one check against its limit.
final class MemoryBudget {
  let limit: Int
  private(set) var used = 0

  init(limit: Int) { self.limit = limit }

  /// False when it would pass the limit.
  func take(_ bytes: Int) -> Bool {
    guard used + bytes <= limit else { return false }
    used += bytes
    return true
  }

  func giveBack(_ bytes: Int) { used -= bytes }
}

final class KeyTable {
  private struct Slot {
    var key: KeyHash
    /// The first row plus one; 0 marks an empty slot.
    var row: Int64
  }

  private struct Shard {
    var slots: UnsafeMutablePointer<Slot>?
    var capacity = 0
    var count = 0
  }

  /// Which rule the memory is for, in words.
  private let purpose: String
  private let pointer: String
  private let budget: MemoryBudget
  private static let shardCount = 64
  /// Chosen by the top bits of the key. By pointer: this is the inner loop of the rule.
  private let shards = UnsafeMutablePointer<Shard>.allocate(capacity: KeyTable.shardCount)
  private(set) var count = 0
  /// Keeps the loads of `touch` from being optimised away.
  private var touched: Int64 = 0

  init(purpose: String, pointer: String, budget: MemoryBudget) {
    self.purpose = purpose
    self.pointer = pointer
    self.budget = budget
    shards.initialize(repeating: Shard(), count: KeyTable.shardCount)
  }

  deinit {
    for index in 0..<KeyTable.shardCount {
      free(shards[index].slots)
      budget.giveBack(shards[index].capacity * MemoryLayout<Slot>.stride)
    }
    shards.deallocate()
  }

  /// The row the key was first seen in, nil when it is new; then it is noted with `row`.
  func insert(_ key: KeyHash, row: Int64) throws -> Int64? {
    let index = Int(key.high >> 58)
    if shards[index].count >= shards[index].capacity / 5 * 4 { try grow(index) }
    let shard = shards[index]
    guard let slots = shard.slots else { return nil }
    let place = KeyTable.find(key, slots, shard.capacity)
    if slots[place].row != 0 { return slots[place].row - 1 }
    slots[place] = Slot(key: key, row: row + 1)
    shards[index].count += 1
    count += 1
    return nil
  }

  func contains(_ key: KeyHash) -> Bool {
    let shard = shards[Int(key.high >> 58)]
    guard let slots = shard.slots else { return false }
    return slots[KeyTable.find(key, slots, shard.capacity)].row != 0
  }

  /// Brings the places of some keys into the cache: the loads do not depend on each other, so they run side by side.
  func touch(_ keys: UnsafeBufferPointer<(row: Int, key: KeyHash)>) {
    var sum: Int64 = 0
    for (_, key) in keys {
      let shard = shards[Int(key.high >> 58)]
      guard let slots = shard.slots else { continue }
      sum &+= slots[Int(key.low.multipliedFullWidth(by: UInt64(shard.capacity)).high)].row
    }
    touched = sum
  }

  /// Where the key stands or belongs. There is always an empty slot.
  @inline(__always)
  private static func find(_ key: KeyHash, _ slots: UnsafeMutablePointer<Slot>, _ capacity: Int) -> Int {
    var place = Int(key.low.multipliedFullWidth(by: UInt64(capacity)).high)
    while slots[place].row != 0, slots[place].key != key {
      place += 1
      if place == capacity { place = 0 }
    }
    return place
  }

  private func grow(_ index: Int) throws {
    let old = shards[index]
    let capacity = max(16, old.capacity + old.capacity / 2)
    let stride = MemoryLayout<Slot>.stride
    guard budget.take(capacity * stride) else { throw exhausted() }
    guard let memory = calloc(capacity, stride) else {
      budget.giveBack(capacity * stride)
      throw exhausted()
    }
    let slots = memory.bindMemory(to: Slot.self, capacity: capacity)
    for place in 0..<old.capacity {
      guard let slot = old.slots?[place], slot.row != 0 else { continue }
      slots[KeyTable.find(slot.key, slots, capacity)] = slot
    }
    free(old.slots)
    budget.giveBack(old.capacity * stride)
    shards[index] = Shard(slots: slots, capacity: capacity, count: old.count)
  }

  private func exhausted() -> PluginError {
    PluginError(
      .resource,
      "\(purpose) needs more than \(budget.limit >> 20) MiB after \(count) distinct rows. "
        + "Raise memory_limit_mib of the check and the node's memory limit, compare fewer columns, "
        + "or find duplicates in an SQL stage, which can use the disk",
      details: ["path": .string(pointer)])
  }
}
