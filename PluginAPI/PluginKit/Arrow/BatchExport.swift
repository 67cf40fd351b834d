// Hands batches to C without a copy: every exported node keeps the batch alive on its own.
public import CPluginABI
internal import Glibc

extension RecordBatch {
  /// Fills `out` with a C array that is the caller's to release. Zero copy: the nodes are new, the buffers shared.
  /// Children may be moved out and released on their own, as the Arrow specification allows.
  public func export(to out: UnsafeMutablePointer<ArrowArray>) {
    var nodes = 0
    for index in 0..<columnCount { nodes += Self.nodeCount(node(index)) }
    let block = ExportBlock(batch: self, nodes: nodes, columns: columnCount)
    let children = block.list(columnCount)
    for index in 0..<columnCount {
      let child = block.copy(node(index))
      let shared = child.pointee
      let whole = start == 0 && Int64(rowCount) == shared.length
      child.pointee.offset = shared.offset + Int64(start)
      child.pointee.length = Int64(rowCount)
      // A part of the rows has an unknown number of the nulls.
      if !whole, shared.null_count != 0 { child.pointee.null_count = -1 }
      children?[index] = child
    }
    out.initialize(
      to: ArrowArray(
        length: Int64(rowCount), null_count: 0, offset: 0, n_buffers: 1, n_children: Int64(columnCount),
        buffers: block.emptyBuffers, children: children, dictionary: nil, release: releaseExported,
        private_data: Unmanaged.passRetained(block).toOpaque()))
  }

  private static func nodeCount(_ node: UnsafePointer<ArrowArray>) -> Int {
    var count = 1
    for index in 0..<Int(node.pointee.n_children) { count += nodeCount(node.pointee.children[index]!) }
    if let dictionary = node.pointee.dictionary { count += nodeCount(dictionary) }
    return count
  }
}

/// One block of memory for all nodes of one export. Every node holds one reference to it.
private final class ExportBlock: @unchecked Sendable {
  private let batch: RecordBatch
  private let memory: UnsafeMutableRawPointer
  private var nextNode: UnsafeMutablePointer<ArrowArray>
  private var nextPointer: UnsafeMutablePointer<UnsafeMutablePointer<ArrowArray>?>
  /// The struct node's one buffer: no validity bitmap.
  let emptyBuffers: UnsafeMutablePointer<UnsafeRawPointer?>

  init(batch: RecordBatch, nodes: Int, columns: Int) {
    self.batch = batch
    let nodeBytes = nodes * MemoryLayout<ArrowArray>.stride
    // Every node but the root stands in at most one list of children.
    let pointerBytes = nodes * MemoryLayout<UnsafeRawPointer?>.stride
    guard let memory = malloc(nodeBytes + pointerBytes + 8) else { fatalError("out of memory") }
    self.memory = memory
    nextNode = memory.bindMemory(to: ArrowArray.self, capacity: nodes)
    nextPointer = (memory + nodeBytes).bindMemory(to: UnsafeMutablePointer<ArrowArray>?.self, capacity: nodes)
    emptyBuffers = (memory + nodeBytes + pointerBytes).bindMemory(to: UnsafeRawPointer?.self, capacity: 1)
    emptyBuffers.initialize(to: nil)
  }

  deinit { free(memory) }

  func list(_ count: Int) -> UnsafeMutablePointer<UnsafeMutablePointer<ArrowArray>?>? {
    if count == 0 { return nil }
    defer { nextPointer += count }
    return nextPointer
  }

  func copy(_ source: UnsafePointer<ArrowArray>) -> UnsafeMutablePointer<ArrowArray> {
    let node = nextNode
    nextNode += 1
    node.initialize(to: source.pointee)
    node.pointee.release = releaseExported
    node.pointee.private_data = Unmanaged.passRetained(self).toOpaque()
    let count = Int(source.pointee.n_children)
    let children = list(count)
    for index in 0..<count { children?[index] = copy(source.pointee.children[index]!) }
    node.pointee.children = children
    if let dictionary = source.pointee.dictionary { node.pointee.dictionary = copy(dictionary) }
    return node
  }
}

private let releaseExported: @convention(c) (UnsafeMutablePointer<ArrowArray>?) -> Void = { node in
  guard let node, node.pointee.release != nil else { return }
  for index in 0..<Int(node.pointee.n_children) {
    if let child = node.pointee.children[index] { child.pointee.release?(child) }
  }
  if let dictionary = node.pointee.dictionary { dictionary.pointee.release?(dictionary) }
  node.pointee.release = nil
  if let block = node.pointee.private_data { Unmanaged<ExportBlock>.fromOpaque(block).release() }
}
