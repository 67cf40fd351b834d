// Numbers for words and n-grams, so that counting compares integers. Emptied for each row, its memory kept.

/// Words by number, from 0, in the order in which they came.
struct Vocabulary {
  private var bytes: [UInt8] = []
  private var ends: [Int] = [0]
  /// The number plus one of the word in a slot, 0 for a free one.
  private var slots: [Int32]
  private var used: [Int] = []

  init() { slots = [Int32](repeating: 0, count: 256) }

  var count: Int { ends.count - 1 }

  mutating func removeAll() {
    for slot in used { slots[slot] = 0 }
    used.removeAll(keepingCapacity: true)
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    ends.append(0)
  }

  /// Of a word whose bytes go in one by one, as they are read: a multiplication for each eight.
  struct Hash {
    private static let factor: UInt64 = 0x9E37_79B9_7F4A_7C15
    private var whole: UInt64 = 0
    private var last: UInt64 = 0
    private var count = 0

    @inline(__always)
    mutating func add(_ byte: UInt8) {
      last = last << 8 | UInt64(byte)
      count += 1
      if count & 7 == 0 {
        whole = (whole ^ last) &* Self.factor
        last = 0
      }
    }

    /// Good in its lower bits.
    @inline(__always)
    var value: UInt64 {
      let mixed = (whole ^ last) &* Self.factor
      return mixed ^ (mixed >> 32)
    }
  }

  @inline(__always)
  private static func hash(_ word: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash = Hash()
    for byte in word { hash.add(byte) }
    return hash.value
  }

  /// The slot that holds the word, or the free one where it belongs.
  @inline(__always)
  private func slot(_ word: UnsafeBufferPointer<UInt8>, _ hash: UInt64) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0, !holds(Int(slots[slot]) - 1, word) { slot = (slot + 1) & mask }
    return slot
  }

  @inline(__always)
  private func slot(_ word: UnsafeBufferPointer<UInt8>) -> Int { slot(word, Self.hash(word)) }

  @inline(__always)
  private func holds(_ id: Int, _ word: UnsafeBufferPointer<UInt8>) -> Bool {
    let (start, end) = (ends[id], ends[id + 1])
    guard end - start == word.count else { return false }
    return bytes.withUnsafeBufferPointer { bytes in
      for offset in 0..<word.count where bytes[start + offset] != word[offset] { return false }
      return true
    }
  }

  /// The word's number, -1 for one that is not there.
  func find(_ word: UnsafeBufferPointer<UInt8>) -> Int32 { slots[slot(word)] - 1 }

  /// The word's number; a new word gets the next one.
  mutating func id(_ word: UnsafeBufferPointer<UInt8>) -> Int32 { id(word, Self.hash(word)) }

  /// The same where the word's hash is known.
  @inline(__always)
  mutating func id(_ word: UnsafeBufferPointer<UInt8>, _ hash: UInt64) -> Int32 {
    let place = slot(word, hash)
    if slots[place] != 0 { return slots[place] - 1 }
    bytes.append(contentsOf: word)
    ends.append(bytes.count)
    let id = Int32(count - 1)
    slots[place] = id + 1
    used.append(place)
    if used.count * 2 > slots.count { grow() }
    return id
  }

  private mutating func grow() {
    slots = [Int32](repeating: 0, count: slots.count * 4)
    used.removeAll(keepingCapacity: true)
    bytes.withUnsafeBufferPointer { all in
      for id in 0..<count {
        let place = slot(UnsafeBufferPointer(rebasing: all[ends[id]..<ends[id + 1]]))
        slots[place] = Int32(id + 1)
        used.append(place)
      }
    }
  }
}

/// n-grams by number: each is a shorter one, or none (-1), and one more token. Numbers of all lengths are distinct.
struct GramTable {
  /// Never 0 for a gram: the token plus one is the lower half.
  private var keys: [UInt64]
  private var ids: [Int32]
  private var used: [Int] = []

  init() {
    keys = [UInt64](repeating: 0, count: 1024)
    ids = [Int32](repeating: 0, count: 1024)
  }

  var count: Int { used.count }

  mutating func removeAll() {
    for slot in used { keys[slot] = 0 }
    used.removeAll(keepingCapacity: true)
  }

  @inline(__always)
  private static func key(_ shorter: Int32, _ token: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: shorter &+ 1)) << 32 | UInt64(UInt32(bitPattern: token &+ 1))
  }

  @inline(__always)
  private func slot(_ key: UInt64) -> Int {
    let mask = keys.count - 1
    var hash = key &* 0x9E37_79B9_7F4A_7C15
    hash ^= hash >> 29
    var slot = Int(truncatingIfNeeded: hash) & mask
    while keys[slot] != 0, keys[slot] != key { slot = (slot + 1) & mask }
    return slot
  }

  @inline(__always)
  func find(_ shorter: Int32, _ token: Int32) -> Int32 {
    let place = slot(Self.key(shorter, token))
    return keys[place] == 0 ? -1 : ids[place]
  }

  @inline(__always)
  mutating func id(_ shorter: Int32, _ token: Int32) -> Int32 {
    let key = Self.key(shorter, token)
    let place = slot(key)
    if keys[place] != 0 { return ids[place] }
    let id = Int32(used.count)
    keys[place] = key
    ids[place] = id
    used.append(place)
    if used.count * 2 > keys.count { grow() }
    return id
  }

  private mutating func grow() {
    let old = used.map { (keys[$0], ids[$0]) }
    keys = [UInt64](repeating: 0, count: keys.count * 4)
    ids = [Int32](repeating: 0, count: keys.count)
    used.removeAll(keepingCapacity: true)
    for (key, id) in old {
      let place = slot(key)
      keys[place] = key
      ids[place] = id
      used.append(place)
    }
  }
}
