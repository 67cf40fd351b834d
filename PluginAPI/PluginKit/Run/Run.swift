// One attempt of one node, and what the host does for it.
internal import CPluginABI
internal import JSONValue

/// What a run knows about itself.
public struct RunMeta: Sendable, Hashable {
  public var run = ""
  public var attempt = 1
  public var pipeline = ""
  public var node = ""
  /// RFC 3339.
  public var startedAt = ""
  /// What this node may use, nil for no limit known.
  public var memoryBytes: Int?
  public var threads = 1
  /// Rows a batch should have.
  public var batchRows = 65_536
  /// Only while a browser's form asks for choices: the page of this host that a sign-in elsewhere may send the browser back
  /// to. The whole address that it is called with is then asked as the field's text.
  public var returnAddress: String?

  public init() {}
}

/// One attempt of one node. Valid until the call that received it returns or, when that call opened streams or began
/// a sink or check, until those are released or ended. Every function may be called on any thread.
public struct Run: @unchecked Sendable {
  public let host: Host
  let handle: OpaquePointer?

  init(host: Host, handle: OpaquePointer?) {
    self.host = host
    self.handle = handle
  }

  /// A run of no pipeline, never cancelled: for tests.
  public static let detached = Run(host: .detached, handle: nil)

  /// The host's own handle, for services that PluginKit does not wrap; nil for a detached run.
  public var rawHandle: OpaquePointer? { handle }

  private var service: ote_run_service { host.tables.run }

  /// Ask per batch, per token or per 100 ms; it costs one load.
  public var isCancelled: Bool {
    guard let handle, let cancelled = host.tables.run.cancelled else { return false }
    return cancelled(handle) != 0
  }

  /// Throws `PluginError.cancelled` once the run is cancelled.
  public func checkCancelled() throws { if isCancelled { throw PluginError.cancelled } }

  /// Readable once the run is cancelled, -1 for none. Never read or close it.
  public var cancelFD: Int32 { handle.flatMap { service.cancel_fd?($0) } ?? -1 }

  /// By CLOCK_MONOTONIC; 0 for none.
  public var deadlineNanoseconds: Int64 { handle.flatMap { service.deadline_ns?($0) } ?? 0 }

  /// Work done so far in the unit that `phase` names ("rows", "bytes", "files"). Also the sign of life.
  public func progress(_ done: UInt64, of total: UInt64? = nil, _ phase: String) {
    guard let handle, let progress = service.progress else { return }
    phase.withC { progress(handle, done, total ?? 0, $0) }
  }

  /// What the run knows about itself; defaults where the host does not say.
  public var meta: RunMeta {
    var meta = RunMeta()
    guard let handle, let call = service.meta else { return meta }
    let answers = Answers()
    guard let status = answers.run({ writer, _ in call(handle, writer) }), status >= 0,
      let json = try? JSONValue(parsing: answers.bytes)
    else { return meta }
    func number(_ key: String) -> Int? { json[key]?.int.flatMap { Int(exactly: $0) } }
    meta.run = json["run"]?.string ?? ""
    meta.attempt = number("attempt") ?? 1
    meta.pipeline = json["pipeline"]?.string ?? ""
    meta.node = json["node"]?.string ?? ""
    meta.startedAt = json["started_at"]?.string ?? ""
    meta.memoryBytes = number("memory_bytes").flatMap { $0 > 0 ? $0 : nil }
    meta.threads = max(1, number("threads") ?? 1)
    meta.batchRows = max(1, number("batch_rows") ?? 65_536)
    meta.returnAddress = json["return_address"]?.string
    return meta
  }
}
