// A node of a pipeline, driven through the plugin's C tables.
import CPluginABI
import JSONValue

@testable import DuckDBPlugin
@testable import PluginKit

extension RunStandIn {
  /// As the plugin's Swift code sees it. Keep the stand-in alive beside it.
  var swift: Run { Run(host: Host(HostStandIn.shared.pointer), handle: pointer) }
}

/// What ended up in the host's error sink.
struct Problem: Error, CustomStringConvertible {
  var status: Int32
  var message: String
  var details: JSONValue
  var description: String { "\(status): \(message) \(details.text)" }
}

final class NodeStandIn {
  private let instance: OpaquePointer
  private let ops: UnsafePointer<ote_instance_ops>

  init(_ component: String, _ configuration: JSONValue) throws {
    let module = plugin.module(UInt32(OTE_ABI_CURRENT))!
    var instance: OpaquePointer?
    var ops: UnsafePointer<ote_instance_ops>?
    try call { error in
      withStr(component) { component in
        withStr(configuration.text) {
          module.pointee.create(HostStandIn.shared.pointer, component, $0, &instance, &ops, error)
        }
      }
    }
    self.instance = instance!
    self.ops = ops!
  }

  deinit { ops.pointee.destroy(instance) }

  private func table<T>(_ id: String, _: T.Type) -> T {
    withStr(id) { ops.pointee.query(instance, $0) }!.assumingMemoryBound(to: T.self).pointee
  }

  /// Answers the output schemas (nil: deferred) and the needed columns.
  func bind(
    _ run: RunStandIn, _ inputs: [(name: String, schema: Schema)], sample: (any BatchStream)? = nil, outputs: Int = 1
  ) throws -> (schemas: [Schema]?, answer: JSONValue) {
    let stage = table(OTE_STAGE, ote_stage.self)
    let request: JSONValue = ["inputs": .array(inputs.map { .string($0.name) })]
    var schemas = inputs.map { input in
      var c = ArrowSchema()
      input.schema.export(to: &c)
      return c
    }
    defer { for index in schemas.indices { schemas[index].release?(&schemas[index]) } }
    var out = [ArrowSchema](repeating: ArrowSchema(), count: outputs)
    let answer = TextWriter()
    var stream = ArrowArrayStream()
    if let sample { export(sample, to: &stream) }
    let status = try schemas.withUnsafeMutableBufferPointer { schemas in
      let pointers = schemas.indices.map { UnsafePointer<ArrowSchema>?(schemas.baseAddress! + $0) }
      return try withUnsafeMutablePointer(to: &stream) { stream in
        let samples = pointers.indices.map { $0 == 0 && sample != nil ? Optional(stream) : nil }
        return try call { error in
          withStr(request.text) {
            stage.bind(
              instance, run.pointer, $0, UInt32(pointers.count), pointers, samples, UInt32(outputs), &out,
              answer.pointer, error)
          }
        }
      }
    }
    defer { for index in out.indices { out[index].release?(&out[index]) } }
    let bound = try status == OTE_DEFERRED ? nil : out.indices.map { try Schema(importing: &out[$0]) }
    return (bound, answer.text.isEmpty ? .null : try JSONValue(parsing: answer.text))
  }

  func open(
    _ run: RunStandIn, _ inputs: [(name: String, stream: ArrowArrayStream)], scan: JSONValue = .null, outputs: Int = 1
  ) throws -> [ArrowArrayStream] {
    let stage = table(OTE_STAGE, ote_stage.self)
    let request: JSONValue = [
      "inputs": .array(inputs.map { .string($0.name) }), "scan": .array([scan]),
    ]
    var streams = inputs.map(\.stream)
    var out = [ArrowArrayStream](repeating: ArrowArrayStream(), count: outputs)
    try call { error in
      withStr(request.text) {
        stage.open(
          instance, run.pointer, $0, UInt32(streams.count), &streams, UInt32(outputs), &out, error)
      }
    }
    return out
  }

  func openSource(_ run: RunStandIn, scan: JSONValue = [:]) throws -> ArrowArrayStream {
    let source = table(OTE_SOURCE, ote_source.self)
    var out = ArrowArrayStream()
    try call { error in withStr(scan.text) { source.open(instance, run.pointer, $0, &out, error) } }
    return out
  }

  func bindSource(_ run: RunStandIn) throws -> Schema {
    let source = table(OTE_SOURCE, ote_source.self)
    var out = ArrowSchema()
    try call { error in source.bind(instance, run.pointer, &out, error) }
    defer { out.release?(&out) }
    return try Schema(importing: &out)
  }

  /// begin, write, commit; answers the receipt and what was published.
  func publish(_ run: RunStandIn, _ stream: ArrowArrayStream, schema: Schema) throws -> (JSONValue, JSONValue) {
    let sink = table(OTE_SINK, ote_sink.self)
    var c = ArrowSchema()
    schema.export(to: &c)
    defer { c.release?(&c) }
    var stream = stream
    let (result, receipt) = (TextWriter(), TextWriter())
    try call { error in withStr(#"{"inputs":["table"]}"#) { sink.begin(instance, run.pointer, $0, &c, error) } }
    try call { error in sink.write(instance, run.pointer, &stream, result.pointer, error) }
    try call { error in sink.commit(instance, run.pointer, receipt.pointer, error) }
    return (try JSONValue(parsing: result.text), try JSONValue(parsing: receipt.text))
  }
}

/// Collects what the plugin writes.
final class TextWriter {
  let pointer = UnsafeMutablePointer<ote_writer>.allocate(capacity: 1)
  private var bytes: [UInt8] = []
  var text: String { String(decoding: bytes, as: UTF8.self) }

  init() {
    pointer.initialize(
      to: ote_writer(
        struct_size: UInt32(MemoryLayout<ote_writer>.size), reserved0: 0, ctx: nil,
        write: { writer, bytes in
          let own = Unmanaged<TextWriter>.fromOpaque(writer!.pointee.ctx).takeUnretainedValue()
          own.bytes += UnsafeBufferPointer(start: bytes.ptr, count: Int(bytes.len))
          return OTE_OK
        }))
    pointer.pointee.ctx = Unmanaged.passUnretained(self).toOpaque()
  }

  deinit { pointer.deallocate() }
}

private final class ProblemBox { var problem: Problem? }

/// Calls the plugin with an error sink and throws what it says.
@discardableResult
func call(_ body: (UnsafeMutablePointer<ote_error>) -> ote_status) throws -> ote_status {
  let box = ProblemBox()
  var error = ote_error(
    struct_size: UInt32(MemoryLayout<ote_error>.size), reserved0: 0,
    host_ctx: Unmanaged.passUnretained(box).toOpaque(),
    set: { error, status, _, message, details in
      Unmanaged<ProblemBox>.fromOpaque(error!.pointee.host_ctx).takeUnretainedValue().problem = Problem(
        status: status, message: text(message), details: (try? JSONValue(parsing: text(details))) ?? .null)
    })
  let status = body(&error)
  if let problem = box.problem { throw problem }
  if status < 0 { throw Problem(status: status, message: "no error was set", details: .null) }
  return status
}
