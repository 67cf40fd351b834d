// Who may begin next.

/// Sequences in the order in which they came. Those of one adapter go together; after a number of them the adapter of the
/// one that waits longest has its turn, so that nobody waits for ever.
struct WaitingLine {
  private static let turn = 32
  private var waiting: [Generating] = []
  private var begun = 0

  var isEmpty: Bool { waiting.isEmpty }

  mutating func append(_ sequences: [Generating]) { waiting += sequences }

  /// Takes out those whose ticket was cancelled, or failed.
  mutating func remove(where isOut: (Generating) -> Bool) -> [Generating] {
    let out = waiting.filter(isOut)
    waiting.removeAll(where: isOut)
    return out
  }

  mutating func removeAll() -> [Generating] {
    defer { waiting = [] }
    return waiting
  }

  /// The next that can run beside those that run with `adapter`; nil while there is none. `isIdle`: nothing runs.
  mutating func next(beside adapter: RequestPlan.Adapter?, isIdle: Bool, room: Int) -> Generating? {
    guard let first = waiting.first else { return nil }
    if isIdle, first.ticket.plan.adapter != adapter { begun = 0 }
    let wanted = isIdle ? first.ticket.plan.adapter : adapter
    if begun >= Self.turn, first.ticket.plan.adapter != wanted { return nil }
    guard let index = waiting.firstIndex(where: { $0.ticket.plan.adapter == wanted }),
      waiting[index].ticket.plan.room <= room
    else { return nil }
    begun = first.ticket.plan.adapter == wanted ? 0 : begun + 1
    return waiting.remove(at: index)
  }
}
