// A host of C tables, real enough to drive the plugin the way a worker does.
import CPluginABI
import Glibc
import JSONValue
import PluginKit
import Synchronization

/// One attempt of one node. `pointer` is what the plugin sees as `ote_run`.
final class RunStandIn: @unchecked Sendable {
  let folder: String
  let memoryBytes: Int
  let threads: Int
  /// A pipe: its reading end becomes readable once the run is cancelled.
  private let cancelPipe: (read: Int32, write: Int32)
  private let state = Mutex(State())

  struct State {
    var cancelled = false
    var logs: [(message: String, fields: JSONValue)] = []
    var progress: [UInt64] = []
    var published: [(path: String, metadata: JSONValue)] = []
    var onProgress: (@Sendable () -> Void)?
  }

  init(_ folder: String, memoryBytes: Int = 1 << 30, threads: Int = 2) {
    self.folder = folder
    self.memoryBytes = memoryBytes
    self.threads = threads
    mkdir(folder, 0o755)
    var ends: [Int32] = [0, 0]
    pipe(&ends)
    cancelPipe = (ends[0], ends[1])
  }

  deinit {
    close(cancelPipe.read)
    close(cancelPipe.write)
  }

  var cancelFD: Int32 { cancelPipe.read }

  var pointer: OpaquePointer { OpaquePointer(Unmanaged.passUnretained(self).toOpaque()) }
  static func at(_ pointer: OpaquePointer) -> RunStandIn {
    Unmanaged<RunStandIn>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
  }

  func cancel() {
    state.withLock { $0.cancelled = true }
    _ = Glibc.write(cancelPipe.write, "x", 1)
  }

  func change(_ body: (inout sending State) -> Void) { state.withLock { body(&$0) } }
  var isCancelled: Bool { state.withLock { $0.cancelled } }
  var published: [(path: String, metadata: JSONValue)] { state.withLock { $0.published } }
  var progress: [UInt64] { state.withLock { $0.progress } }
  var messages: [String] { state.withLock { $0.logs.map(\.message) } }
  /// The SQL that ran, from the debug log.
  var queries: [String] { state.withLock { $0.logs.compactMap { $0.fields["sql"]?.string } } }
}

/// The tables live as long as the process, as a real host's do.
struct HostStandIn: @unchecked Sendable {
  static let shared = HostStandIn()
  let pointer: UnsafeMutablePointer<ote_host>

  private init() {
    pointer = .allocate(capacity: 1)
    pointer.initialize(
      to: ote_host(
        struct_size: UInt32(MemoryLayout<ote_host>.size), abi: UInt32(OTE_ABI_CURRENT), host_ctx: nil,
        name: ote_str(), version: ote_str(),
        service: { _, id in
          switch text(id) {
          case "ote.log/1": UnsafeRawPointer(Self.log)
          case "ote.run/1": UnsafeRawPointer(Self.run)
          case "ote.files/1": UnsafeRawPointer(Self.files)
          default: nil
          }
        }))
  }

  private static func table<T>(_ value: T) -> UnsafeMutablePointer<T> {
    let pointer = UnsafeMutablePointer<T>.allocate(capacity: 1)
    pointer.initialize(to: value)
    return pointer
  }

  nonisolated(unsafe) private static let log = table(
    ote_log_service(
      struct_size: UInt32(MemoryLayout<ote_log_service>.size), reserved0: 0,
      log: { _, run, _, message, fields in
        guard let run else { return }
        let (message, fields) = (text(message), (try? JSONValue(parsing: text(fields))) ?? .null)
        RunStandIn.at(run).change { $0.logs.append((message, fields)) }
      }))

  nonisolated(unsafe) private static let run = table(
    ote_run_service(
      struct_size: UInt32(MemoryLayout<ote_run_service>.size), reserved0: 0,
      cancelled: { RunStandIn.at($0!).isCancelled ? 1 : 0 }, cancel_fd: { RunStandIn.at($0!).cancelFD },
      deadline_ns: { _ in 0 },
      progress: { run, done, _, _ in
        RunStandIn.at(run!).change {
          $0.progress.append(done); $0.onProgress?()
        }
      },
      meta: { run, writer in
        let run = RunStandIn.at(run!)
        let json: JSONValue = [
          "run": "r1", "node": "n", "memory_bytes": .int(Int64(run.memoryBytes)), "threads": .int(Int64(run.threads)),
        ]
        return write(json.text, writer)
      }))

  nonisolated(unsafe) private static let files = table(
    ote_files_service(
      struct_size: UInt32(MemoryLayout<ote_files_service>.size), reserved0: 0,
      temp_dir: { run, writer, _ in write(RunStandIn.at(run!).folder, writer) },
      publish: { run, path, _, metadata, writer, _ in
        let run = RunStandIn.at(run!)
        let stored = "\(run.folder)/../stored-\(run.published.count).parquet"
        rename(text(path), stored)
        let metadata = (try? JSONValue(parsing: text(metadata))) ?? .null
        run.change { $0.published.append((stored, metadata)) }
        return write(#"{"artifact":"a1","digest":"sha256:1","bytes":1,"dataset":"d","version":1}"#, writer)
      },
      fetch: { run, reference, writer, error in
        let run = RunStandIn.at(run!)
        let name = text(reference)
        guard name.hasPrefix("dataset:") else { return OTE_E_NOT_FOUND }
        // The dataset's name is the path of its file here.
        let path = String(name.dropFirst("dataset:".utf8.count).prefix { $0 != "@" })
        return write(JSONValue.object(["path": .string(path), "digest": "x", "rows": 1]).text, writer)
      }))
}

func text(_ string: ote_str) -> String {
  guard let pointer = string.ptr else { return "" }
  let bytes = UnsafeRawBufferPointer(start: pointer, count: Int(string.len))
  return String(decoding: bytes, as: UTF8.self)
}

func withStr<R>(_ string: String, _ body: (ote_str) throws -> R) rethrows -> R {
  var copy = string
  return try copy.withUTF8 { bytes in
    try bytes.withMemoryRebound(to: CChar.self) { try body(ote_str(ptr: $0.baseAddress, len: UInt64($0.count))) }
  }
}

private func write(_ string: String, _ writer: UnsafeMutablePointer<ote_writer>?) -> ote_status {
  let bytes = Array(string.utf8)
  return bytes.withUnsafeBufferPointer {
    writer!.pointee.write(writer, ote_bytes(ptr: $0.baseAddress, len: UInt64($0.count)))
  }
}
