// Builds one column value by value.
internal import CPluginABI

/// Collects the values of one column. Appending a kind of value the column's type cannot hold is a mistake in the
/// program and traps; `append(json:)` throws instead. Not thread-safe.
public final class ColumnBuilder {
  public let field: Field
  let layout: TypeLayout
  // Copies of the layout's, and unchecked exclusivity: each would cost an append more than its store. No append
  // calls back into its own builder, and a builder is one thread's at a time.
  let kind: TypeLayout.Kind
  let scalar: TypeLayout.Scalar
  @exclusivity(unchecked) public internal(set) var count = 0
  @exclusivity(unchecked) var nullCount = 0
  @exclusivity(unchecked) var validity = GrowingBuffer()
  /// Values, bits, offsets, views, indices or type ids.
  @exclusivity(unchecked) var primary = GrowingBuffer()
  /// Text and bytes, sizes of list views, or offsets of dense unions.
  @exclusivity(unchecked) var secondary = GrowingBuffer()
  /// Full data buffers of a view column.
  var fullBuffers: [[UInt8]] = []
  let children: [ColumnBuilder]
  /// Where a dictionary's values stand.
  var positions: [DictionaryKey: Int] = [:]

  enum DictionaryKey: Hashable {
    case text(String)
    case integer(Int64)
    case number(Double)
    case bytes([UInt8])
    case json(JSONKey)
  }

  public init(_ field: Field, capacity: Int = 0) {
    self.field = field
    layout = TypeLayout(field.type)
    kind = layout.kind
    scalar = layout.scalar
    if case .dictionary(_, let value, _) = field.type {
      children = [ColumnBuilder(Field("dictionary", value))]
    } else {
      children = layout.fields.map { ColumnBuilder($0) }
    }
    start(capacity)
  }

  /// The builder of a child: a struct's field, a list's items, a map's entries. Append to it, then `appendNested()`.
  public func child(_ index: Int) -> ColumnBuilder { children[index] }

  func start(_ capacity: Int) {
    switch kind {
    case .binary32, .list32:
      primary.reserve((capacity + 1) * 4)
      primary.append(Int32(0))
    case .binary64, .list64:
      primary.reserve((capacity + 1) * 8)
      primary.append(Int64(0))
    default: primary.reserve(capacity * layout.width)
    }
  }

  func misuse(_ what: String) -> Never { fatalError("column '\(field.name)' of type \(layout.type): \(what)") }

  // ---- nulls and validity

  @inline(__always)
  func countValid() {
    if nullCount > 0 { validity.setBit(count, true) }
    count &+= 1
  }

  private func countNull() {
    if layout.hasValidity {
      if nullCount == 0 { for index in 0..<count { validity.setBit(index, true) } }
      validity.setBit(count, false)
      nullCount += 1
    }
    count += 1
  }

  public func appendNull() {
    switch kind {
    case .null: nullCount += 1
    case .bool: primary.setBit(count, false)
    case .fixed, .view, .dictionary: primary.append(zeros: layout.width)
    case .binary32: primary.append(Int32(secondary.byteCount))
    case .binary64: primary.append(Int64(secondary.byteCount))
    case .list32, .list64, .listView32, .listView64: endList(from: childCount)
    case .fixedList: for _ in 0..<layout.listSize { children[0].appendNull() }
    case .structure: for child in children { child.appendNull() }
    case .runEnd:
      children[1].appendNull()
      endRun()
    case .sparseUnion, .denseUnion:
      guard let first = children.first else { misuse("a union without members holds no values") }
      first.appendNull()
      endMember(0)
    }
    countNull()
  }

  // ---- values

  /// Integers, dates, times, timestamps, durations and month intervals as stored; floats, decimals and bool from a
  /// whole number. Traps where the value does not fit.
  public func append(_ value: Int64) {
    if kind == .fixed, scalar == .int64 {
      primary.append(value)
      return countValid()
    }
    switch kind {
    case .fixed: appendScalar(value)
    case .bool: primary.setBit(count, value != 0)
    case .dictionary: appendKey(.integer(value)) { $0.append(value) }
    case .runEnd:
      children[1].append(value)
      endRun()
    case .sparseUnion, .denseUnion: appendMember({ $0.holdsInteger }, { $0.append(value) })
    default: misuse("it holds no integers")
    }
    countValid()
  }

  public func append(_ value: Double) {
    switch kind {
    case .fixed: appendScalar(value)
    case .dictionary: appendKey(.number(value)) { $0.append(value) }
    case .runEnd:
      children[1].append(value)
      endRun()
    case .sparseUnion, .denseUnion: appendMember({ $0.holdsFloat }, { $0.append(value) })
    default: misuse("it holds no numbers")
    }
    countValid()
  }

  public func append(_ value: Bool) {
    switch kind {
    case .bool: primary.setBit(count, value)
    case .dictionary: appendKey(.integer(value ? 1 : 0)) { $0.append(value) }
    case .runEnd:
      children[1].append(value)
      endRun()
    case .sparseUnion, .denseUnion: appendMember({ $0.kind == .bool }, { $0.append(value) })
    default: misuse("it holds no booleans")
    }
    countValid()
  }

  public func append(_ value: String) {
    switch kind {
    case .dictionary: appendKey(.text(value)) { $0.append(value) }
    case .runEnd:
      children[1].append(value)
      endRun()
    case .sparseUnion, .denseUnion: appendMember({ $0.isText }, { $0.append(value) })
    default:
      var text = value
      text.withUTF8 { appendBytes(UnsafeRawBufferPointer($0)) }
    }
    countValid()
  }

  /// Bytes of a text, binary or fixed-size binary value. For text they must be UTF-8.
  public func append(bytes: UnsafeRawBufferPointer) {
    switch kind {
    case .dictionary: appendKey(.bytes(Array(bytes))) { $0.append(bytes: bytes) }
    case .runEnd:
      children[1].append(bytes: bytes)
      endRun()
    case .sparseUnion, .denseUnion: appendMember({ $0.holdsBytes }, { $0.append(bytes: bytes) })
    default: appendBytes(bytes)
    }
    countValid()
  }

  /// Ends a row of a nested column whose children were appended to directly: for a list or map every item since the
  /// last row, for a struct or fixed-size list one value (or `size` values) in each child.
  public func appendNested() {
    switch kind {
    case .list32, .list64, .listView32, .listView64: endList(from: nestedEnd)
    case .fixedList, .structure:
      let wanted = layout.kind == .fixedList ? (count + 1) * layout.listSize : count + 1
      guard children.allSatisfy({ $0.count == wanted }) else { misuse("a row needs \(wanted) values in each child") }
    default: misuse("it has no children to append to")
    }
    countValid()
  }

  // ---- placement

  func appendBytes(_ bytes: UnsafeRawBufferPointer) {
    switch kind {
    case .binary32:
      secondary.append(bytes: bytes)
      guard secondary.byteCount <= Int(Int32.max) else { misuse("more than 2 GiB in one batch") }
      primary.append(Int32(truncatingIfNeeded: secondary.byteCount))
    case .binary64:
      secondary.append(bytes: bytes)
      primary.append(Int64(secondary.byteCount))
    case .view: appendView(bytes)
    case .fixed where layout.scalar == .none || layout.scalar == .decimal:
      guard bytes.count == layout.width else { misuse("\(bytes.count) bytes where it holds \(layout.width)") }
      primary.append(bytes: bytes)
    default: misuse("it holds no text or bytes")
    }
  }

  private func appendView(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count <= Int(Int32.max) else { misuse("a value longer than 2 GiB") }
    primary.append(Int32(bytes.count))
    if bytes.count <= 12 {
      primary.append(bytes: bytes)
      primary.append(zeros: 12 - bytes.count)
      return
    }
    if secondary.byteCount + bytes.count > Int(Int32.max) {
      fullBuffers.append(Array(UnsafeRawBufferPointer(start: secondary.base, count: secondary.byteCount)))
      secondary.truncate(to: 0)
    }
    primary.append(bytes: UnsafeRawBufferPointer(rebasing: bytes.prefix(4)))
    primary.append(Int32(fullBuffers.count))
    primary.append(Int32(secondary.byteCount))
    secondary.append(bytes: bytes)
  }

  func appendKey(_ key: DictionaryKey, _ add: (ColumnBuilder) -> Void) {
    let position: Int
    if let known = positions[key] {
      position = known
    } else {
      position = children[0].count
      add(children[0])
      positions[key] = position
    }
    appendScalar(Int64(position))
  }

  var childCount: Int { children[0].count }

  /// Where the items of the row being built start: behind those of the rows before.
  private var nestedEnd: Int {
    guard layout.kind == .listView32 || layout.kind == .listView64 else { return 0 }
    if count == 0 { return 0 }
    guard let offsets = primary.base, let sizes = secondary.base else { return 0 }
    let last = count - 1
    if layout.kind == .listView32 {
      return Int(offsets.load(fromByteOffset: last * 4, as: Int32.self))
        + Int(sizes.load(fromByteOffset: last * 4, as: Int32.self))
    }
    return Int(offsets.load(fromByteOffset: last * 8, as: Int64.self))
      + Int(sizes.load(fromByteOffset: last * 8, as: Int64.self))
  }

  /// Ends a list row that began with the child's value `start`.
  func endList(from start: Int) {
    let end = childCount
    switch kind {
    case .list32:
      guard end <= Int(Int32.max) else { misuse("more than 2^31 items in one batch") }
      primary.append(Int32(end))
    case .list64: primary.append(Int64(end))
    case .listView32:
      guard end <= Int(Int32.max) else { misuse("more than 2^31 items in one batch") }
      primary.append(Int32(start))
      secondary.append(Int32(end - start))
    default:
      primary.append(Int64(start))
      secondary.append(Int64(end - start))
    }
  }

  func endRun() { children[0].append(Int64(count + 1)) }

  func endMember(_ position: Int) {
    primary.append(layout.ids[position])
    if layout.kind == .denseUnion {
      secondary.append(Int32(children[position].count - 1))
    } else {
      for (index, child) in children.enumerated() where index != position { child.appendNull() }
    }
  }

  private func appendMember(_ fits: (TypeLayout) -> Bool, _ add: (ColumnBuilder) -> Void) {
    guard let position = children.firstIndex(where: { fits($0.layout) }) else { misuse("no member holds such a value") }
    add(children[position])
    endMember(position)
  }
}

extension TypeLayout {
  var holdsInteger: Bool {
    switch scalar {
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .months: kind == .fixed
    default: false
    }
  }
  var holdsFloat: Bool { kind == .fixed && (scalar == .float64 || scalar == .float32 || scalar == .float16) }
  var holdsBytes: Bool {
    kind == .binary32 || kind == .binary64 || kind == .view || (kind == .fixed && scalar == .none)
  }
}
