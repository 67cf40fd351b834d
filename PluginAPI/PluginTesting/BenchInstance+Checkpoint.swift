// Positions of streams: what a component saves after a run, and is given before the next one.
internal import CPluginABI
internal import JSONValue
public import PluginKit

extension BenchInstance {
  /// The position after the last batch that the stream handed out; nil for a component without streams.
  public func save(_ stream: ImportedStream?) throws -> [UInt8] {
    let table = try table(OTE_CHECKPOINT, as: ote_checkpoint.self)
    return try Answers.of("save") { out, error in
      let saved = stream?.withRaw { table.save(handle, bench.run, $0, out, error) }
      return saved ?? table.save(handle, bench.run, nil, out, error)
    }
  }

  /// Before `open`.
  public func restore(_ bytes: [UInt8], version: UInt32 = 1) throws {
    let table = try table(OTE_CHECKPOINT, as: ote_checkpoint.self)
    let rest = UnsafeMutablePointer<ArraySlice<UInt8>>.allocate(capacity: 1)
    rest.initialize(to: bytes[...])
    defer {
      rest.deinitialize(count: 1)
      rest.deallocate()
    }
    var reader = ote_reader(
      struct_size: size(ote_reader.self), reserved0: 0, ctx: UnsafeMutableRawPointer(rest),
      read: { reader, out, capacity in
        guard let reader, let out else { return 0 }
        let rest = reader.pointee.ctx.assumingMemoryBound(to: ArraySlice<UInt8>.self)
        let part = rest.pointee.prefix(Int(min(capacity, 1 << 20)))
        rest.pointee = rest.pointee.dropFirst(part.count)
        for (index, byte) in part.enumerated() { out[index] = byte }
        return Int64(part.count)
      })
    _ = try Answers.of("restore") { _, error in table.restore(handle, bench.run, version, &reader, error) }
  }
}
