// A host in memory: carries decisions out one by one, may crash between any two, and starts again from what it stored.
import JSONValue
import Model
import Scheduler
import Testing

struct SimulatedHost {
  var random: SeededRandom
  var now = Instant(1_795_000_000)
  private let pipelines: [ScheduledPipeline]
  private let counter = RunCounter()
  private var scheduler: Scheduler

  // What survives a crash.
  private var waiting: [String: RunOrder] = [:]
  private var lastSlots: [PipelineKey: Instant] = [:]
  private var causes: Set<[String]> = []
  private(set) var slots: [PipelineKey: [String]] = [:]
  private(set) var started: [String] = []
  private(set) var ordered: Set<String> = []
  private var active: [String: RunOrder] = [:]
  private var activeMax = 3
  private(set) var versions = 0
  private(set) var crashes = 0
  private(set) var refusals = 0
  let begin: Instant

  init(seed: UInt64, pipelines: [ScheduledPipeline]) {
    random = SeededRandom(seed: seed)
    self.pipelines = pipelines
    begin = now
    let counter = counter
    scheduler = Scheduler(activeMax: activeMax) { counter.next() }
    for pipeline in pipelines { lastSlots[pipeline.key] = now }
    restart()
  }

  mutating func step() {
    now = now + Double.random(in: 1...300, using: &random)
    switch Int.random(in: 0..<20, using: &random) {
    case 0...2: send(.tick)
    case 3...14: finishOne()
    case 15, 16: orderOne()
    case 17: publish()
    case 18:
      activeMax = Int.random(in: 1...4, using: &random)
      send(.limitsChanged(activeMax: activeMax))
    default: crash()
    }
  }

  /// No more orders by hand; runs end until nothing waits.
  mutating func drain() {
    activeMax = 4
    send(.limitsChanged(activeMax: activeMax), mayCrash: false)
    var rounds = 0
    while !waiting.isEmpty || !active.isEmpty, rounds < 20_000 {
      if let run = active.keys.sorted().first {
        finish(run, mayCrash: false)
      } else {
        // Only back-offs are left.
        now = now + 10
        send(.tick, mayCrash: false)
      }
      rounds += 1
    }
    #expect(waiting.isEmpty)
    #expect(active.isEmpty)
  }

  private mutating func finishOne() {
    if let run = active.keys.sorted().randomElement(using: &random) { finish(run, mayCrash: true) }
  }

  private mutating func finish(_ run: String, mayCrash: Bool) {
    active[run] = nil
    send(.runFinished(run: run, status: .succeeded), mayCrash: mayCrash)
  }

  private mutating func orderOne() {
    let key = pipelines.randomElement(using: &random)!.key
    var order = RunOrder(
      run: counter.next(), project: key.project, pipeline: key.name, version: 1, actor: Actor(.user, "ada"),
      cause: .manual, priority: Int.random(in: -2...2, using: &random), queuedAt: now.text)
    if Bool.random(using: &random) { order.notBefore = (now + 600).text }
    waiting[order.run] = order
    ordered.insert(order.run)
    send(.runOrdered(order))
  }

  private mutating func publish() {
    versions += 1
    tellPublished()
  }

  private mutating func tellPublished() {
    send(.datasetPublished(project: "default", dataset: "orders", version: versions, run: nil, by: nil))
  }

  /// How many publications led to a run.
  var triggered: Int { causes.count { $0[2].hasPrefix("dataset:") } }

  private mutating func crash() {
    crashes += 1
    // Runs that were going on ended with the host.
    active = [:]
    now = now + Double.random(in: 1...7200, using: &random)
    restart()
  }

  private mutating func restart() {
    let counter = counter
    scheduler = Scheduler(activeMax: activeMax) { counter.next() }
    let memory = SchedulerMemory(
      pipelines: pipelines, lastSlots: lastSlots, waiting: Array(waiting.values), activeMax: activeMax)
    send(.hostRestarted(memory), mayCrash: false)
    // The old host may have died between the publication and the orders it causes, so it is told again.
    if versions > 0 { tellPublished() }
  }

  private mutating func send(_ event: SchedulerEvent, mayCrash: Bool = true) {
    let decisions = scheduler.handle(event, now: now)
    // Where the host dies: before any decision, after all, or in between.
    let isFatal = mayCrash && Int.random(in: 0..<40, using: &random) == 0
    let done = isFatal ? Int.random(in: 0...decisions.count, using: &random) : decisions.count
    var refused: [String] = []
    for decision in decisions.prefix(done) where !carryOut(decision, refused) {
      if case .enqueue(let order) = decision { refused.append(order.run) }
    }
    if isFatal { return crash() }
    for run in refused {
      refusals += 1
      send(.runWithdrawn(run: run), mayCrash: false)
    }
  }

  /// False where the store refuses.
  private mutating func carryOut(_ decision: SchedulerDecision, _ refused: [String]) -> Bool {
    switch decision {
    case .enqueue(let order):
      guard causes.insert([order.project, order.pipeline, order.causedBy!]).inserted else { return false }
      waiting[order.run] = order
      ordered.insert(order.run)
      if order.cause == .schedule { slots[order.key, default: []].append(String(order.causedBy!.dropFirst(5))) }
    case .rememberSlot(let key, let slot): lastSlots[key] = slot
    case .start(let order) where !refused.contains(order.run): start(order)
    case .wakeAt(let moment): #expect(moment > now)
    case .start, .pause: break
    }
    return true
  }

  private mutating func start(_ order: RunOrder) {
    #expect(waiting.removeValue(forKey: order.run) != nil)
    #expect(order.notBefore.map { Instant($0)! <= now } ?? true)
    active[order.run] = order
    started.append(order.run)
    let limits = Dictionary(uniqueKeysWithValues: pipelines.map { ($0.key, $0.schedule?.maxActive ?? 1) })
    // A lowered limit ends nothing that runs, but nothing starts above it.
    #expect(active.count <= activeMax)
    #expect(active.values.count { $0.key == order.key } <= limits[order.key]!)
    for other in waiting.values where other.priority > order.priority {
      let isFree = active.values.count { $0.key == other.key } < limits[other.key]!
      #expect(!isFree || (other.notBefore.map { Instant($0)! > now } ?? false))
    }
  }
}

extension RunOrder {
  fileprivate var key: PipelineKey { PipelineKey(project: project, name: pipeline) }
}

/// SplitMix64: the same seed gives the same story.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
