// Two batches of equal length side by side, without copying a buffer.
import CPluginABI
import PluginKit

extension RecordBatch {
  /// This batch with the other's columns after its own.
  func appending(columns other: RecordBatch) throws -> RecordBatch {
    precondition(rowCount == other.rowCount, "batches of different lengths cannot stand side by side")
    var left = ArrowArray()
    var right = ArrowArray()
    export(to: &left)
    other.export(to: &right)
    let count = Int(left.n_children + right.n_children)
    let joined = Joined(left: left, right: right, count: count)
    for index in 0..<Int(left.n_children) { joined.children[index] = left.children[index] }
    for index in 0..<Int(right.n_children) { joined.children[Int(left.n_children) + index] = right.children[index] }
    var array = ArrowArray()
    array.length = left.length
    array.n_buffers = 1
    array.buffers = joined.buffers
    array.n_children = Int64(count)
    array.children = joined.children
    array.release = { array in
      guard let array, let context = array.pointee.private_data else { return }
      Unmanaged<Joined>.fromOpaque(context).release()
      array.pointee.release = nil
    }
    array.private_data = Unmanaged.passRetained(joined).toOpaque()
    return try RecordBatch(moving: &array, schema: Schema(schema.fields + other.schema.fields))
  }

  /// Owns both halves; their parents release the children.
  private final class Joined {
    var left: ArrowArray
    var right: ArrowArray
    let children: UnsafeMutablePointer<UnsafeMutablePointer<ArrowArray>?>
    let buffers: UnsafeMutablePointer<UnsafeRawPointer?>

    init(left: ArrowArray, right: ArrowArray, count: Int) {
      self.left = left
      self.right = right
      children = .allocate(capacity: max(1, count))
      buffers = .allocate(capacity: 1)
      buffers.initialize(to: nil)
    }

    deinit {
      left.release?(&left)
      right.release?(&right)
      children.deallocate()
      buffers.deallocate()
    }
  }
}
