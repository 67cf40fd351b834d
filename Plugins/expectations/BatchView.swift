// One batch during `observe`: its columns as raw views, made when a rule first asks for them.
import CPluginABI
import PluginKit

final class BatchView {
  let batch: RecordBatch
  private let array: UnsafeMutablePointer<ArrowArray>
  private var views: [ColumnView?]

  init(_ batch: RecordBatch) {
    self.batch = batch
    array = .allocate(capacity: 1)
    batch.export(to: array)
    views = Array(repeating: nil, count: batch.columnCount)
  }

  deinit {
    array.pointee.release?(array)
    array.deallocate()
  }

  var rowCount: Int { batch.rowCount }

  func column(_ index: Int) -> ColumnView {
    if let view = views[index] { return view }
    let view = ColumnView(UnsafePointer(array.pointee.children[index]!), type: batch.schema.fields[index].type)
    views[index] = view
    return view
  }
}
