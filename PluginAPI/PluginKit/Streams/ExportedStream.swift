// Swift streams for C readers, and the error behind a failed get_next.
public import CPluginABI
internal import Glibc

/// Fills `out` with a C stream that is the caller's to release; the C stream keeps `stream` alive and closes it once.
/// Every stream of this module has the same release function, by which `exportedStream(in:)` knows it.
public func export(_ stream: any BatchStream, to out: UnsafeMutablePointer<ArrowArrayStream>) {
  out.initialize(
    to: ArrowArrayStream(
      get_schema: getSchema, get_next: getNext, get_last_error: getLastError, release: releaseStream,
      private_data: Unmanaged.passRetained(StreamBox(stream)).toOpaque()))
}

/// This module's own stream behind a C stream, nil for one that another module made. A plugin may so look into its
/// neighbour and fuse; the C stream stays the owner.
public func exportedStream(in c: UnsafePointer<ArrowArrayStream>) -> (any BatchStream)? { streamBox(in: c)?.stream }

/// The error that a stream of this module failed with, nil where it did not fail or is not this module's.
func streamError(in c: UnsafePointer<ArrowArrayStream>) -> PluginError? { streamBox(in: c)?.error }

private func streamBox(in c: UnsafePointer<ArrowArrayStream>) -> StreamBox? {
  guard let release = c.pointee.release, let data = c.pointee.private_data else { return nil }
  guard unsafeBitCast(release, to: UnsafeRawPointer.self) == ownReleaseFunction else { return nil }
  return Unmanaged<StreamBox>.fromOpaque(data).takeUnretainedValue()
}

private var ownReleaseFunction: UnsafeRawPointer { unsafeBitCast(releaseStream, to: UnsafeRawPointer.self) }

private final class StreamBox {
  let stream: any BatchStream
  private(set) var error: PluginError?
  /// The C text of `error`, valid until the next call.
  private(set) var errorText: UnsafeMutablePointer<CChar>?
  private var ended = false

  init(_ stream: any BatchStream) { self.stream = stream }

  deinit { free(errorText) }

  func next(into out: UnsafeMutablePointer<ArrowArray>) -> Int32 {
    // A reader that asks again after the end or a failure gets the same answer, and the stream is left alone.
    if let error { return error.status.errno }
    guard !ended else {
      out.initialize(to: ArrowArray())
      return 0
    }
    do {
      guard let batch = try stream.next() else {
        ended = true
        out.initialize(to: ArrowArray())
        return 0
      }
      batch.export(to: out)
      return 0
    } catch {
      return fail(error)
    }
  }

  private func fail(_ error: any Error) -> Int32 {
    let known = PluginError(wrapping: error)
    self.error = known
    free(errorText)
    errorText = strdup(known.message)
    return known.status.errno
  }
}

private func box(_ c: UnsafeMutablePointer<ArrowArrayStream>?) -> StreamBox? {
  c?.pointee.private_data.map { Unmanaged<StreamBox>.fromOpaque($0).takeUnretainedValue() }
}

private let getSchema:
  @convention(c) (
    UnsafeMutablePointer<ArrowArrayStream>?, UnsafeMutablePointer<ArrowSchema>?
  ) -> Int32 = { c, out in
    guard let box = box(c), let out else { return EINVAL }
    box.stream.schema.export(to: out)
    return 0
  }

private let getNext:
  @convention(c) (
    UnsafeMutablePointer<ArrowArrayStream>?, UnsafeMutablePointer<ArrowArray>?
  ) -> Int32 = { c, out in
    guard let box = box(c), let out else { return EINVAL }
    return box.next(into: out)
  }

private let getLastError: @convention(c) (UnsafeMutablePointer<ArrowArrayStream>?) -> UnsafePointer<CChar>? = { c in
  UnsafePointer(box(c)?.errorText)
}

private let releaseStream: @convention(c) (UnsafeMutablePointer<ArrowArrayStream>?) -> Void = { c in
  guard let c, c.pointee.release != nil, let data = c.pointee.private_data else { return }
  c.pointee.release = nil
  c.pointee.private_data = nil
  let box = Unmanaged<StreamBox>.fromOpaque(data).takeRetainedValue()
  box.stream.close()
}
