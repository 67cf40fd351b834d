// A host in memory: makes a plugin's components through their C tables and offers them the host's services.
internal import CPluginABI
internal import FoundationEssentials
public import JSONValue
public import PluginKit
internal import Synchronization

/// For tests of a plugin's author. One stands for the host and for one run; everything a component does through it can be
/// looked at. Set it up before the calls; the services themselves may be used by any thread.
public final class PluginBench: @unchecked Sendable {
  /// What `run.model(NAME)` reaches.
  public enum Model {
    /// Answers a request by events; what it throws the component sees.
    case closure((GenerateRequest, EventSink) throws -> Void)
    /// A provider of this or of another plugin, loaded. One of this bench refers back to it: empty `models` at the end of a
    /// test that looks for leaks.
    case provider(BenchInstance)
  }

  public var secrets: [String: String] = [:]
  public var models: [String: Model] = [:]
  /// Model documents by the input's name: what requests carry and `describe` answers.
  public var documents: [String: JSONValue] = [:]
  /// Reports by the input's name, as requests carry them.
  public var reports: [String: JSONValue] = [:]
  /// What `run.fetch(REFERENCE)` answers.
  public var artifacts: [String: JSONValue] = [:]
  /// What `run.meta` answers.
  public var meta: [String: JSONValue] = [
    "run": "run-1", "attempt": 1, "pipeline": "bench", "node": "node", "started_at": "2026-01-01T00:00:00Z",
    "threads": 2,
    "batch_rows": 8192,
  ]
  /// The run's folder, removed with the bench.
  public let folder: String

  /// What a component did through the host's services.
  public struct Seen: Sendable {
    public var logs: [String] = []
    public var progress: [(done: UInt64, total: UInt64, phase: String)] = []
    public var metrics: [String: Double] = [:]
    public var state: [String: [UInt8]] = [:]
    public var published: [(path: String, kind: String, metadata: JSONValue)] = []
  }

  private let kept = Mutex(Seen())
  private let cancelAt = Mutex(Int.max)
  private let stop: StopSignal
  let module: UnsafePointer<ote_module>
  let host: UnsafeMutablePointer<ote_host>
  private let texts = [strdupText("PluginBench"), strdupText("1")]

  public init(_ plugin: Plugin) {
    guard let module = plugin.module(UInt32(OTE_ABI_CURRENT)) else {
      preconditionFailure("the plugin knows no host of ABI \(OTE_ABI_MAJOR).\(OTE_ABI_MINOR)")
    }
    self.module = module
    stop = StopSignal()
    folder = "\(FileManager.default.temporaryDirectory.path)/bench-\(UUID().uuidString)"
    host = .allocate(capacity: 1)
    host.initialize(to: ote_host())
    host.pointee.struct_size = size(ote_host.self)
    host.pointee.abi = UInt32(OTE_ABI_CURRENT)
    host.pointee.name = texts[0]
    host.pointee.version = texts[1]
    host.pointee.host_ctx = Unmanaged.passUnretained(self).toOpaque()
    host.pointee.service = { _, id in benchService(String(id)) }
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit {
    host.deallocate()
    for text in texts { UnsafeMutablePointer(mutating: text.ptr)?.deallocate() }
    try? FileManager.default.removeItem(atPath: folder)
  }

  // MARK: what a test does

  /// Makes a component. `config` is given as it is: no schema is applied, no defaults filled in.
  public func instance(_ component: String, _ config: JSONValue = [:]) throws -> BenchInstance {
    try BenchInstance(self, component, config)
  }

  /// The run counts as cancelled from now on, as when somebody stops it.
  public func cancel() { stop.raise() }

  /// Cancels the run when a component has shown progress this many times.
  public func cancel(afterProgress count: Int) { cancelAt.withLock { $0 = count } }

  public var seen: Seen { kept.withLock { $0 } }

  /// Durable values from an earlier run.
  public func setState(_ state: [String: [UInt8]]) { kept.withLock { $0.state = state } }

  // MARK: what the services do

  var run: OpaquePointer { OpaquePointer(Unmanaged.passUnretained(self).toOpaque()) }

  static func of(_ run: OpaquePointer?) -> PluginBench {
    guard let run else { preconditionFailure("a service was called without a run") }
    return Unmanaged<PluginBench>.fromOpaque(UnsafeRawPointer(run)).takeUnretainedValue()
  }

  var isCancelled: Bool { stop.isRaised }
  var cancelDescriptor: Int32 { stop.descriptor }

  func note<R>(_ body: (inout Seen) -> R) -> R { kept.withLock { body(&$0) } }

  func progress(_ done: UInt64, _ total: UInt64, _ phase: String) {
    let count = kept.withLock {
      $0.progress.append((done, total, phase))
      return $0.progress.count
    }
    if count >= cancelAt.withLock({ $0 }) { cancel() }
  }

  func generate(_ name: String, _ request: GenerateRequest, _ sink: EventSink) throws {
    switch models[name] {
    case .closure(let answer): try answer(request, sink)
    case .provider(let provider):
      try provider.generate(
        request, onEvent: { event, choice in (try? sink.emit(event, choice: choice)) != nil },
        isWanted: { sink.isWanted })
    case nil: throw PluginError(.notFound, "nothing is connected to the input '\(name)'")
    }
  }
}
