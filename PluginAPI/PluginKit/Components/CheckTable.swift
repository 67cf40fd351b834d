// The C face of checks.
internal import CPluginABI
internal import JSONValue

class AnyCheckInstance: Instance {
  var check: any Check { fatalError("a check instance without a check") }
  /// The table's columns, compiled at begin.
  var layout: BatchLayout?
  override var component: any Component { check }
  override func table(_ interface: String) -> UnsafeRawPointer? {
    interface == OTE_CHECK ? UnsafeRawPointer(checkTable) : nil
  }
}

final class CheckInstance<C: Check>: AnyCheckInstance {
  private let concrete: C
  init(_ concrete: C, host: Host) {
    self.concrete = concrete
    super.init(host: host)
  }
  override var check: any Check { concrete }
}

/// The names of a check's references: the request names the table first.
private func referenceNames(_ request: ote_str, count: UInt32) throws -> [String] {
  Array(inputNames(try parsed(request), count: Int(count) + 1).dropFirst())
}

nonisolated(unsafe) private let checkTable = permanent(
  ote_check(
    struct_size: size(ote_check.self), reserved0: 0,
    bind: { handle, _, request, table, count, references, error in
      answering(error) {
        let owner = try instance(handle, AnyCheckInstance.self)
        guard let table else { throw PluginError(.invalidArgument, "the host passed no schema") }
        let names = try referenceNames(request, count: count)
        let bound = try names.enumerated().map { index, name in
          guard let schema = references?[index] else {
            throw PluginError(.invalidArgument, "reference '\(name)' has no schema")
          }
          return (name: name, schema: try Schema(importing: schema))
        }
        try owner.check.bind(try Schema(importing: table), references: bound)
        return OTE_OK
      }
    },
    begin: { handle, run, request, table, count, references, error in
      answering(error) {
        let owned = OwnedStreams(references, count: count)
        let owner = try instance(handle, AnyCheckInstance.self)
        guard let table else { throw PluginError(.invalidArgument, "the host passed no schema") }
        let schema = try Schema(importing: table)
        let names = try referenceNames(request, count: count)
        let streams = try owned.takeAll()
        owner.layout = BatchLayout(schema)
        try owner.check.begin(schema, references: zip(names, streams).map { (name: $0, stream: $1) }, owner.run(run))
        return OTE_OK
      }
    },
    observe: { handle, _, array, firstRow, error in
      answering(error) {
        let owner = try instance(handle, AnyCheckInstance.self)
        guard let array, let layout = owner.layout else {
          throw PluginError(.invalidArgument, "the host observes before begin, or passed no batch")
        }
        var batch = try RecordBatch(borrowing: array, layout: layout)
        try owner.check.observe(batch, firstRow: firstRow)
        // A batch kept after this call would point into memory that is not there any more.
        guard isKnownUniquelyReferenced(&batch) else {
          throw PluginError(.internal, "the check keeps a batch it only borrowed; take(_:) copies rows")
        }
        return OTE_OK
      }
    },
    finish: { handle, run, out, failing, error in
      answering(error) {
        let owner = try instance(handle, AnyCheckInstance.self)
        let result = try owner.check.finish(owner.run(run))
        try out?.write(result.json.text)
        if let stream = result.failing, let failing { export(stream, to: failing) }
        return OTE_OK
      }
    }))
