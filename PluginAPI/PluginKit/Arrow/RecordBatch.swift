// An immutable record batch over C memory.
public import CPluginABI

/// Rows of several columns, immutable. It owns its C array, or shares the owner of the batch it was cut from, and
/// the array is released once, when the last batch and column over it are gone. Safe to share between threads.
public final class RecordBatch: @unchecked Sendable {
  let layout: BatchLayout
  /// The struct array whose children are the columns.
  let root: UnsafePointer<ArrowArray>
  /// Rows left out at the front, the struct's own offset included.
  let start: Int
  public let rowCount: Int
  /// Which children are the columns, nil for all in order.
  private let selection: [Int]?
  private let memory: Memory

  enum Memory {
    /// This batch releases `root`, which lies in a block of its own.
    case owned(UnsafeMutablePointer<ArrowArray>)
    /// Another object keeps `root` alive.
    case shared(AnyObject)
    /// The caller keeps `root` alive during the call.
    case borrowed
  }

  /// Takes the array over and sets its `release` to nil at the source, also when it throws. Checks its structure:
  /// counts, lengths, missing buffers; see `validate(full:)` for the contents. Throws `ArrowError`.
  public convenience init(moving array: UnsafeMutablePointer<ArrowArray>, schema: Schema) throws {
    try self.init(moving: array, layout: BatchLayout(schema))
  }

  init(moving array: UnsafeMutablePointer<ArrowArray>, layout: BatchLayout) throws {
    let block = UnsafeMutablePointer<ArrowArray>.allocate(capacity: 1)
    block.initialize(to: array.pointee)
    array.pointee.release = nil
    self.layout = layout
    root = UnsafePointer(block)
    start = Int(block.pointee.offset)
    rowCount = Int(block.pointee.length)
    selection = nil
    // From here on deinit releases, also when the check throws.
    memory = .owned(block)
    try checkStructure(root, layout)
  }

  /// Looks at an array that stays the caller's: valid only during the call that was given it, so keep neither the
  /// batch nor a column of it. The structure is the caller's promise.
  public init(borrowing array: UnsafePointer<ArrowArray>, schema: Schema) {
    layout = BatchLayout(schema)
    root = array
    start = Int(array.pointee.offset)
    rowCount = Int(array.pointee.length)
    selection = nil
    memory = .borrowed
  }

  init(borrowing array: UnsafePointer<ArrowArray>, layout: BatchLayout) throws {
    try checkStructure(array, layout)
    self.layout = layout
    root = array
    start = Int(array.pointee.offset)
    rowCount = Int(array.pointee.length)
    selection = nil
    memory = .borrowed
  }

  /// A batch over nodes that `owner` keeps alive.
  init(
    _ root: UnsafePointer<ArrowArray>, layout: BatchLayout, start: Int = 0, rowCount: Int, selection: [Int]? = nil,
    owner: AnyObject
  ) {
    self.layout = layout
    self.root = root
    self.start = start
    self.rowCount = rowCount
    self.selection = selection
    memory = .shared(owner)
  }

  deinit {
    guard case .owned(let block) = memory else { return }
    block.pointee.release?(block)
    block.deallocate()
  }

  public var schema: Schema { layout.schema }
  public var columnCount: Int { layout.columns.count }

  var isBorrowed: Bool { if case .borrowed = memory { true } else { false } }

  /// What keeps the memory alive: as short a chain as possible, so that slices of slices do not pile up.
  private var owner: AnyObject { if case .shared(let owner) = memory { owner } else { self } }

  /// The C array of a column.
  func node(_ column: Int) -> UnsafePointer<ArrowArray> {
    UnsafePointer(root.pointee.children[selection.map { $0[column] } ?? column]!)
  }

  /// A reader over one column. It keeps the batch alive.
  public func column(_ index: Int) -> Column {
    precondition(index >= 0 && index < columnCount, "column \(index) of \(columnCount)")
    let node = node(index)
    return Column(
      field: layout.schema.fields[index], count: rowCount, layout: layout.columns[index], node: node,
      first: Int(node.pointee.offset) + start, owner: owner)
  }

  /// A reader over the first column with this name.
  public func column(_ name: String) -> Column? { schema.index(of: name).map { column($0) } }

  /// The rows from `offset` on, at most `count` of them, without a copy.
  public func slice(_ offset: Int, _ count: Int) -> RecordBatch {
    precondition(offset >= 0 && count >= 0 && offset <= rowCount, "slice \(offset), \(count) of \(rowCount) rows")
    return RecordBatch(
      root, layout: layout, start: start + offset, rowCount: min(count, rowCount - offset), selection: selection,
      owner: owner)
  }

  /// These columns in this order, without a copy.
  public func select(columns: [Int]) -> RecordBatch {
    let fields = schema.fields
    let chosen = BatchLayout(
      schema: Schema(columns.map { fields[$0] }, metadata: schema.metadata), columns: columns.map { layout.columns[$0] }
    )
    return RecordBatch(
      root, layout: chosen, start: start, rowCount: rowCount, selection: columns.map { selection?[$0] ?? $0 },
      owner: owner)
  }
}
