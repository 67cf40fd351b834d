// The memory behind batches made here: buffers and C nodes that live and die together.
internal import CPluginABI
internal import Glibc

/// Owns malloc'ed blocks and keeps other owners alive. Written by one thread while a batch is made, then only read.
final class Arena: @unchecked Sendable {
  private var blocks: [UnsafeMutableRawPointer] = []
  private var kept: [AnyObject] = []

  deinit { for block in blocks { free(block) } }

  /// Memory for `byteCount` bytes, 16-byte aligned, not initialised.
  func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer {
    guard let block = malloc(max(byteCount, 1)) else { fatalError("out of memory: \(byteCount) bytes") }
    blocks.append(block)
    return block
  }

  func allocateZeroed(_ byteCount: Int) -> UnsafeMutableRawPointer {
    guard let block = calloc(max(byteCount, 1), 1) else { fatalError("out of memory: \(byteCount) bytes") }
    blocks.append(block)
    return block
  }

  /// Takes over a block that came from malloc.
  func adopt(_ block: UnsafeMutableRawPointer) { blocks.append(block) }

  func keep(_ owner: AnyObject) { kept.append(owner) }

  typealias Node = UnsafeMutablePointer<ArrowArray>

  /// A C array node whose memory is this arena's.
  func node(
    length: Int, nullCount: Int = 0, buffers: [UnsafeRawPointer?], children: [Node] = [], dictionary: Node? = nil
  ) -> Node {
    let node = allocate(MemoryLayout<ArrowArray>.size).bindMemory(to: ArrowArray.self, capacity: 1)
    let list = allocate(buffers.count * 8).bindMemory(to: UnsafeRawPointer?.self, capacity: max(buffers.count, 1))
    list.initialize(from: buffers, count: buffers.count)
    var childList: UnsafeMutablePointer<Node?>?
    if !children.isEmpty {
      let pointers = allocate(children.count * 8).bindMemory(to: Node?.self, capacity: children.count)
      for (index, child) in children.enumerated() { (pointers + index).initialize(to: child) }
      childList = pointers
    }
    node.initialize(
      to: ArrowArray(
        length: Int64(length), null_count: Int64(nullCount), offset: 0, n_buffers: Int64(buffers.count),
        n_children: Int64(children.count), buffers: list, children: childList, dictionary: dictionary,
        release: releaseNothing, private_data: nil))
    return node
  }

  /// The struct node over finished columns.
  func root(length: Int, columns: [Node]) -> Node { node(length: length, buffers: [nil], children: columns) }
}

/// Marks a node of an arena as not released; the arena frees it.
private let releaseNothing: @convention(c) (UnsafeMutablePointer<ArrowArray>?) -> Void = { $0?.pointee.release = nil }
