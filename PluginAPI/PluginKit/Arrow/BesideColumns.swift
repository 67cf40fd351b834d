// Columns of two batches side by side: how a component adds what it found to the rows it was given.
internal import CPluginABI

extension RecordBatch {
  /// The columns of this batch and then those of `other`, row for row, without a copy of the values; both batches' memory
  /// lives as long as the result. Traps where the numbers of rows differ, or where one batch is only borrowed.
  public func adding(columnsOf other: RecordBatch) -> RecordBatch {
    precondition(rowCount == other.rowCount, "\(other.rowCount) rows beside \(rowCount)")
    precondition(!isBorrowed && !other.isBorrowed, "a borrowed batch cannot be kept; take(_:) copies rows")
    let arena = Arena()
    arena.keep(self)
    arena.keep(other)
    let nodes = (0..<columnCount).map { shifted($0, arena) } + (0..<other.columnCount).map { other.shifted($0, arena) }
    let joined = BatchLayout(
      schema: Schema(schema.fields + other.schema.fields, metadata: schema.metadata),
      columns: layout.columns + other.layout.columns)
    return RecordBatch(arena.root(length: rowCount, columns: nodes), layout: joined, rowCount: rowCount, owner: arena)
  }

  /// A column's array as one that begins at this batch's first row.
  private func shifted(_ column: Int, _ arena: Arena) -> Arena.Node {
    var array = node(column).pointee
    if start != 0 || Int(array.length) != rowCount {
      array.offset += Int64(start)
      array.length = Int64(rowCount)
      // Unknown: only some of the rows are left. An array without a null still has none.
      if array.null_count != 0 { array.null_count = -1 }
    }
    // The arena's node frees nothing of its own: this batch releases what lies below.
    let copy = arena.node(length: 0, buffers: [])
    let release = copy.pointee.release
    copy.initialize(to: array)
    copy.pointee.release = release
    copy.pointee.private_data = nil
    return copy
  }
}
