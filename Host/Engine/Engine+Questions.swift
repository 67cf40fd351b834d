// What a form asks of a component: choices for a field, and whether it works with its configuration.
import CPluginABI
import CWorker
import JSONValue
import Model
import PluginKit
import PluginLoader
import WorkerProtocol

extension Engine {
  /// No form shows more, and nobody waits for more.
  private static let answerBytesMax = 1 << 20

  /// Choices that fit what was typed so far, as the plugin writes them.
  func list(_ field: String, _ text: String) throws(Problem) {
    let node = nodes[0]
    guard let list = node.instance?.interface(OTE_OPTIONS, as: ote_options.self)?.list else {
      throw node.problem(
        .unsupported, "component '\(node.plan.component.name)' lists no choices: it has no \(OTE_OPTIONS)")
    }
    let answer = ByteSink(limit: Self.answerBytesMax)
    try node.call(OTE_CALL_LIST) { error in
      withText(field) { field in
        withText(text) { list(node.instance?.pointer, node.handle, field, $0, answer.pointer, error) }
      }
    }
    state.link.send(.answered(try readJSON(answer, of: "list", node)))
  }

  /// Goes as far as it must to say something: the component's own check, its schema without data, its first batch.
  /// A component that connects to nothing has shown with its creation that it takes the configuration.
  func test() throws(Problem) {
    let node = nodes[0]
    var found: [String: JSONValue] = [:]
    switch node.plan.component.kind {
    case .source:
      let table = try node.interface(OTE_SOURCE, as: ote_source.self)
      if let check = table.check { found["report"] = try report(check, node) }
      try bind()
      found["schema"] = try schemaAtSource(node).json
    case .provider:
      if let check = node.instance?.interface(OTE_PROVIDER, as: ote_provider.self)?.check {
        found["report"] = try report(check, node)
      }
    default: break
    }
    state.link.send(.answered(.object(found)))
  }

  /// One event, told once by the plan's only node. The receipt is the plugin's own words.
  func notify(_ event: JSONValue) throws(Problem) {
    let node = nodes[0]
    let table = try node.interface(OTE_NOTIFIER, as: ote_notifier.self)
    guard let notify = table.notify else { throw node.problem(.contractBroken, "the notifier has no notify") }
    let answer = ByteSink(limit: Self.answerBytesMax)
    try node.call(OTE_CALL_NOTIFY) { error in
      withText(event.text) { notify(node.instance?.pointer, node.handle, $0, answer.pointer, error) }
    }
    state.link.send(.answered(try readJSON(answer, of: "notify", node)))
  }

  private typealias Check = (
    OpaquePointer?, OpaquePointer?, UnsafeMutablePointer<ote_writer>?, UnsafeMutablePointer<ote_error>?
  ) -> ote_status

  private func report(_ check: Check, _ node: NodeRun) throws(Problem) -> JSONValue {
    let answer = ByteSink(limit: Self.answerBytesMax)
    try node.call(OTE_CALL_CHECK) { check(node.instance?.pointer, node.handle, answer.pointer, $0) }
    return try readJSON(answer, of: "check", node)
  }

  /// Of a source that only the data tells about, the first batch has been read and found sound.
  private func schemaAtSource(_ node: NodeRun) throws(Problem) -> Schema {
    if let bound = node.boundSchemas[mainOutput(of: node)] { return bound }
    let stream = try openSource(node, as: node, scan: ["limit": 1])
    defer { stream.close() }
    do { _ = try stream.next() } catch { throw error as? Problem ?? node.problem(.badData, "\(error)") }
    return stream.schema
  }

  private func readJSON(_ answer: ByteSink, of call: String, _ node: NodeRun) throws(Problem) -> JSONValue {
    guard !answer.overflowed else {
      throw node.problem(.contractBroken, "\(call) wrote more than \(Self.answerBytesMax >> 20) MiB")
    }
    do { return try answer.json() } catch {
      throw node.problem(.contractBroken, "\(call) wrote no valid JSON: \(error)")
    }
  }
}
