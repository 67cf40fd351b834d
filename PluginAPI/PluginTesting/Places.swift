// C memory for streams and schemas that pass to a component, or come from one.
internal import CPluginABI
internal import PluginKit

/// C streams side by side. Those that nobody took are released with it.
final class StreamPlaces {
  let pointer: UnsafeMutablePointer<ArrowArrayStream>
  private let count: Int

  init(_ count: Int) {
    self.count = count
    pointer = .allocate(capacity: max(1, count))
    pointer.initialize(repeating: ArrowArrayStream(), count: max(1, count))
  }

  convenience init(_ streams: [any BatchStream]) {
    self.init(streams.count)
    for (index, stream) in streams.enumerated() { export(stream, to: pointer + index) }
  }

  deinit {
    for index in 0..<count { if let release = pointer[index].release { release(pointer + index) } }
    pointer.deallocate()
  }

  func isFilled(_ index: Int) -> Bool { pointer[index].release != nil }

  func imported(_ index: Int) throws -> ImportedStream {
    guard isFilled(index) else { throw PluginError(.internal, "the component answered OK without stream \(index)") }
    return try ImportedStream(moving: pointer + index)
  }
}

/// The same for schemas.
final class SchemaPlaces {
  let pointer: UnsafeMutablePointer<ArrowSchema>
  private let count: Int

  init(_ count: Int) {
    self.count = count
    pointer = .allocate(capacity: max(1, count))
    pointer.initialize(repeating: ArrowSchema(), count: max(1, count))
  }

  convenience init(_ schemas: [Schema]) {
    self.init(schemas.count)
    for (index, schema) in schemas.enumerated() { schema.export(to: pointer + index) }
  }

  deinit {
    for index in 0..<count { pointer[index].release?(pointer + index) }
    pointer.deallocate()
  }

  func withList<R>(_ body: (UnsafePointer<UnsafePointer<ArrowSchema>?>) throws -> R) rethrows -> R {
    let list = (0..<count).map { UnsafePointer<ArrowSchema>?(pointer + $0) } + [nil]
    return try list.withUnsafeBufferPointer { try body($0.baseAddress!) }
  }

  func imported(_ index: Int) throws -> Schema {
    guard pointer[index].release != nil else {
      throw PluginError(.internal, "the component answered OK without schema \(index)")
    }
    return try Schema(importing: pointer + index)
  }
}
