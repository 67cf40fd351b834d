// Continuous batching: one thread that computes all answers together, a token of each at a time.
import CLlama
import Glibc
import PluginKit

/// Owns the context. No key or value outlives its request: nothing is reused between requests, so no answer depends on
/// what was asked before, nor on an adapter that was used before.
final class Scheduler: @unchecked Sendable {
  /// Logits of one batch take the vocabulary's size each.
  private static let outputs = 64

  let tokens: Int
  private let model: ServedModel
  private let host: Host
  private let batch: Int
  private let context: OpaquePointer
  private let shelf: AdapterShelf
  private let monitor = PluginMonitor()
  // Under the monitor.
  private var arrived: [Generating] = []
  private var isStopping = false
  // The computing thread's.
  private var line = WaitingLine()
  private var running: [Generating] = []
  private var freeSlots: [Int32]
  private var thread: PluginThread?

  struct Shape {
    var tokens: Int
    var batch: Int
    var parallel: Int
    var threads: Int
  }

  init(_ model: ServedModel, _ shape: Shape, host: Host, run: Run) throws {
    self.model = model
    self.host = host
    batch = shape.batch
    freeSlots = (0..<Int32(shape.parallel)).reversed()
    context = try LogCapture.around(host, run) { log in
      guard
        let opened = cllama_context_open(
          model.handle,
          cllama_context_shape(
            tokens: UInt32(shape.tokens), batch: UInt32(shape.batch), sequences: UInt32(shape.parallel),
            outputs: UInt32(Self.outputs), threads: Int32(shape.threads), embeddings: false))
      else {
        throw PluginError(
          .resource,
          "there is no memory for a context of \(shape.tokens) tokens: \(log.complaint ?? "no words"). "
            + "Lower \"context\" or \"cache\".")
      }
      return opened
    }
    tokens = Int(cllama_context_tokens(context))
    shelf = AdapterShelf(model: model, context: context)
    // llama.cpp walks grammars by recursion.
    thread = try PluginThread(stackBytes: 16 << 20) { [unowned self] in work() }
  }

  deinit { cllama_context_close(context) }

  /// Ends all that runs and waits for the thread. Once.
  func stop() {
    monitor.locked {
      isStopping = true
      monitor.wake()
    }
    thread?.join()
  }

  func submit(_ ticket: Ticket) throws {
    let sequences = try LogCapture.around(host, nil) { _ in
      try (0..<ticket.plan.choices).map { try Generating(ticket, choice: $0, model: model) }
    }
    try monitor.locked {
      guard !isStopping else { throw PluginError(.state, "the model was unloaded") }
      arrived += sequences
      monitor.wake()
    }
  }

  // ---- the computing thread

  private func work() {
    while true {
      let isStopping = monitor.locked {
        while arrived.isEmpty, running.isEmpty, line.isEmpty, !self.isStopping { monitor.wait() }
        line.append(arrived)
        arrived = []
        return self.isStopping
      }
      if isStopping { break }
      step()
    }
    failAll(PluginError(.state, "the model was unloaded"))
    shelf.clear()
  }

  private func step() {
    dropCancelled()
    admit()
    var items: [cllama_item] = []
    var owners: [Generating] = []
    var outputs = Self.outputs
    // Answers first, one token each; then as much of the prompts as there is place for.
    for isPrompted in [true, false] {
      for sequence in running where sequence.isPrompted == isPrompted {
        sequence.add(to: &items, limit: batch - items.count, outputs: &outputs)
        owners += repeatElement(sequence, count: items.count - owners.count)
      }
    }
    guard !items.isEmpty else { return }
    let code = cllama_decode(context, items, Int32(items.count))
    guard code == 0 else {
      return failAll(PluginError(.resource, "llama.cpp could not compute \(items.count) tokens (code \(code))"))
    }
    for (index, owner) in owners.enumerated() where items[index].wanted && !owner.isEnded {
      do { try owner.take(index, position: Int(items[index].position), in: context) } catch {
        owner.ticket.fail(PluginError(wrapping: error))
        owner.ticket.cancel()
      }
    }
    for sequence in running where sequence.isPrompted && sequence.ticket.plan.maxTokens == 0 && !sequence.isEnded {
      sequence.tellPrompt()
      sequence.end(.length)
    }
    retire { $0.isEnded }
  }

  /// Those whose caller left get no more tokens.
  private func dropCancelled() {
    let gone = line.remove { $0.ticket.isCancelled }
    for sequence in gone + running where sequence.ticket.isCancelled { sequence.ticket.fail(.cancelled) }
    retire { $0.ticket.isCancelled }
  }

  private func retire(where isOut: (Generating) -> Bool) {
    for sequence in running where isOut(sequence) {
      cllama_forget(context, sequence.slot)
      freeSlots.append(sequence.slot)
    }
    running.removeAll(where: isOut)
  }

  /// Lets in whoever finds a slot and room for the whole answer, so that no answer can run out of room half-way.
  private func admit() {
    while let slot = freeSlots.last {
      let taken = running.reduce(0) { $0 + $1.ticket.plan.room }
      guard let next = line.next(beside: shelf.inUse, isIdle: running.isEmpty, room: tokens - taken) else { return }
      if running.isEmpty {
        do {
          cllama_forget(context, -1)
          try shelf.use(next.ticket.plan.adapter, host: host)
        } catch {
          next.ticket.fail(PluginError(wrapping: error))
          continue
        }
      }
      freeSlots.removeLast()
      next.slot = slot
      running.append(next)
    }
  }

  private func failAll(_ error: PluginError) {
    for sequence in running + line.removeAll() { sequence.ticket.fail(error) }
    cllama_forget(context, -1)
    freeSlots += running.map(\.slot)
    running = []
    let late = monitor.locked {
      defer { arrived = [] }
      return arrived
    }
    for sequence in late { sequence.ticket.fail(error) }
  }
}
