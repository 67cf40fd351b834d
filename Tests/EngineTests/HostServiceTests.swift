// What the host does for a plugin while it runs: publishing, state, files, logs, and refusals.
import CPluginABI
import Glibc
import JSONValue
import Model
import Synchronization
import TestSupport
import Testing
import WorkerProtocol

@testable import Engine
@testable import PluginKit

struct HostServiceTests {
  /// A node that is not run, behind the C table that plugins see.
  private func withNode(_ body: (Run, NodeRun, ControlPlane) throws -> Void) throws {
    let trial = Trial().node("in", "source")
    let store = trial.store
    let control = ControlPlane { store.answer($0) }
    let plan = RunPlan(
      mode: .run, run: "RUN", attempt: 3, pipeline: "trial", startedAt: "2026-01-01T00:00:00.000Z", plugins: [],
      nodes: trial.nodes, folder: trial.folder.path, limits: RunLimits())
    let node = NodeRun(index: 0, plan: plan.nodes[0], state: RunState(plan: plan, link: control.link), pluginDigest: "")
    try withExtendedLifetime(node) {
      try body(Run(host: Host(HostTable.pointer), handle: node.handle), node, control)
    }
  }

  @Test func `a sink publishes inside commit, and only there`() throws {
    let trial = Trial().node("in", "source").node("out", "sink", ["publishes": "commit"], from: "in")
    let ran = trial.run()
    #expect(ran.status == .succeeded)
    #expect(ran.recorder.count(of: "out published numbers") == 1)
    #expect(trial.store.published.withLock { $0 } == ["dataset /tmp/of/out"])
  }

  @Test(arguments: ["begin", "write"])
  func `publishing outside commit is refused, and the plugin is to blame`(call: String) throws {
    let trial = Trial().node("in", "source").node("out", "sink", ["publishes": .string(call)], from: "in")
    let ran = trial.run()
    #expect(ran.status == .failed)
    #expect(ran.problem?.node == "out")
    #expect(ran.problem?.origin == .plugin)
    #expect(ran.problem?.detail.contains("only inside commit") == true)
    #expect(trial.store.published.withLock { $0 } == [])
    #expect(ran.leaks == [])
  }

  @Test func `state is kept by key, and a key that is not there is no error`() throws {
    try withNode { run, _, control in
      #expect(try run.state(get: "position") == nil)
      #expect(try run.state(put: "position", [1, 2, 255]) == 1)
      #expect(try run.state(put: "position", []) == 2)
      let kept = try #require(try run.state(get: "position"))
      #expect(kept.value == [] && kept.revision == 2)
      try run.state(remove: "position")
      #expect(try run.state(get: "position") == nil)
      _ = control.messages()
    }
  }

  @Test func `a state value that no message can carry is refused in words`() throws {
    try withNode { run, _, control in
      let error = #expect(throws: PluginError.self) {
        try run.state(put: "huge", [UInt8](repeating: 7, count: 9 << 20))
      }
      #expect(error?.status == .resource)
      #expect(error?.message == "a state value has at most 8 MiB")
      _ = control.messages()
    }
  }

  @Test func `fetch answers a path or says what is not there`() throws {
    try withNode { run, _, control in
      let fetched = try run.fetch("dataset:flights")
      #expect(fetched["path"] == "/store/dataset:flights")
      let error = #expect(throws: PluginError.self) { try run.fetch("dataset:none") }
      #expect(error?.status == .notFound)
      #expect(error?.message == "there is no dataset 'none'")
      _ = control.messages()
    }
  }

  @Test func `a run knows itself, its folder, its metrics and its log`() throws {
    try withNode { run, node, control in
      #expect(run.meta.node == "in")
      #expect(run.meta.attempt == 3)
      #expect(run.meta.batchRows == 8192)
      let folder = try run.temporaryFolder()
      #expect(folder.hasSuffix("/tmp/in"))
      run.metric("loss", 2)
      run.metric("loss", 0.5)
      run.progress(3, of: 9, "files")
      run.log(.warning, "look", fields: ["a": 1])
      run.log(.info, String(repeating: "x", count: 1 << 20))
      #expect(run.deadlineNanoseconds > 0)
      #expect(!run.isCancelled)
      node.state.cancel()
      #expect(run.isCancelled)
      let report = node.report(attempt: 3)
      #expect(report.metrics == ["loss": 0.5])
      #expect(report.progress == NodeProgress(done: 3, total: 9, phase: "files"))
      let logs = control.messages().compactMap { if case .log(let line) = $0 { line } else { nil } }
      #expect(logs.map(\.node) == ["in", "in"])
      #expect(logs[0].text == "look" && logs[0].level == .warning && logs[0].fields == ["a": 1])
      #expect(logs[1].text.count == 32 << 10)
    }
  }

  @Test func `a component meets a host whose table ends before its services, and does without`() throws {
    let recorder = Recorder()
    let module = try #require(Scripted.plugin.module(0x10000))
    // Behind the short table lies poison: who reads past struct_size jumps to nowhere.
    let short = UnsafeMutablePointer<ote_host>.allocate(capacity: 1)
    defer { short.deallocate() }
    memset(short, 0xff, MemoryLayout<ote_host>.size)
    short.pointee.struct_size = UInt32(MemoryLayout<ote_host>.offset(of: \.service)!)
    short.pointee.abi = 0x10000
    short.pointee.name = ote_str(ptr: nil, len: 0)
    short.pointee.version = ote_str(ptr: nil, len: 0)
    let configuration = "{\"recorder\": \"\(recorder.name)\", \"node\": \"in\", \"rows\": 5}"
    var made: OpaquePointer?
    var table: UnsafePointer<ote_instance_ops>?
    let status = withC("source") { name in
      withC(configuration) { module.pointee.create(UnsafePointer(short), name, $0, &made, &table, nil) }
    }
    #expect(status == OTE_OK)
    let instance = try #require(made)
    let source = withC(OTE_SOURCE) { table!.pointee.query(instance, $0) }!.load(as: ote_source.self)
    var stream = ArrowArrayStream()
    #expect(withC("{}") { source.open(instance, nil, $0, &stream, nil) } == OTE_OK)
    var array = ArrowArray()
    #expect(stream.get_next(&stream, &array) == 0)
    #expect(array.length == 5)
    array.release(&array)
    stream.release(&stream)
    table!.pointee.destroy(instance)
    #expect(recorder.leaks == [])
  }

  private func withC<R>(_ text: String, _ body: (ote_str) throws -> R) rethrows -> R {
    var text = text
    return try text.withUTF8 { bytes in
      try bytes.withMemoryRebound(to: CChar.self) { try body(ote_str(ptr: $0.baseAddress, len: UInt64($0.count))) }
    }
  }
}
