// Lays out the states of a pattern, from its end to its start.

struct PatternBuilder {
  private(set) var states: [TextPattern.State] = []
  private static let maxStates = 5000

  /// The state to start from; nil when the pattern needs too many.
  mutating func build(_ tree: PatternTree) -> Int? {
    guard let match = append(.match) else { return nil }
    return lay(tree, then: match)
  }

  private mutating func append(_ state: TextPattern.State) -> Int? {
    guard states.count < Self.maxStates else { return nil }
    states.append(state)
    return states.count - 1
  }

  private mutating func lay(_ tree: PatternTree, then next: Int) -> Int? {
    switch tree {
    case .empty: return next
    case .one(let set): return append(.one(set, next: next))
    case .assertion(let assertion): return append(.assertion(assertion, next: next))
    case .sequence(let parts):
      var following = next
      for part in parts.reversed() {
        guard let start = lay(part, then: following) else { return nil }
        following = start
      }
      return following
    case .choice(let branches):
      var start: Int?
      for branch in branches.reversed() {
        guard let first = lay(branch, then: next) else { return nil }
        start = start == nil ? first : append(.both(first, start!))
        if start == nil { return nil }
      }
      return start
    case .repeated(let part, let least, let most): return layRepeated(part, least, most, then: next)
    }
  }

  private mutating func layRepeated(_ part: PatternTree, _ least: Int, _ most: Int?, then next: Int) -> Int? {
    var following = next
    if let most {
      // Optional copies, each of which may go straight to what follows.
      for _ in least..<most {
        guard let start = lay(part, then: following), let fork = append(.both(start, next)) else { return nil }
        following = fork
      }
    } else {
      guard let fork = append(.both(next, next)), let start = lay(part, then: fork) else { return nil }
      states[fork] = .both(start, next)
      following = fork
    }
    for _ in 0..<least {
      guard let start = lay(part, then: following) else { return nil }
      following = start
    }
    return following
  }
}
