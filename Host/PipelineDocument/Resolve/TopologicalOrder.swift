// Orders nodes so that each comes after all it reads from; otherwise in document order. Finds the cycles on the way.

struct TopologicalOrder {
  /// Indices of nodes, sources first.
  private(set) var order: [Int] = []
  /// Each in the direction data would flow, starting with its first node in the document.
  private(set) var cycles: [[Int]] = []

  private enum Mark { case unseen, open, done }

  /// `sources[n]` are the nodes that node n reads from.
  init(sources: [[Int]]) {
    var marks = [Mark](repeating: .unseen, count: sources.count)
    // A stack of our own: a chain of thousands must not end the thread's.
    var stack: [(node: Int, next: Int)] = []
    for root in sources.indices where marks[root] == .unseen {
      marks[root] = .open
      stack.append((root, 0))
      while let (node, next) = stack.last {
        guard next < sources[node].count else {
          marks[node] = .done
          order.append(node)
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].next += 1
        let source = sources[node][next]
        switch marks[source] {
        case .unseen:
          marks[source] = .open
          stack.append((source, 0))
        case .open: addCycle(stack.map(\.node), closedBy: source)
        case .done: break
        }
      }
    }
  }

  private mutating func addCycle(_ path: [Int], closedBy node: Int) {
    guard cycles.count < DocumentLimits.problems, let start = path.firstIndex(of: node) else { return }
    let cycle = Array(path[start...].reversed())
    guard let first = cycle.indices.min(by: { cycle[$0] < cycle[$1] }) else { return }
    let turned = Array(cycle[first...] + cycle[..<first])
    // Two edges between the same nodes close the same cycle twice.
    if !cycles.contains(turned) { cycles.append(turned) }
  }
}
