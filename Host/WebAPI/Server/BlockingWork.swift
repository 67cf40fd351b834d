// Work that waits for a disk, a worker or a slow hash, off the threads that serve everybody.
import NIOPosix

enum BlockingWork {
  /// As many as may wait at once; further ones queue.
  private static let pool: NIOThreadPool = {
    let pool = NIOThreadPool(numberOfThreads: 16)
    pool.start()
    return pool
  }()
  /// A password hash takes 32 MiB and a core: two at a time.
  private static let hashing: NIOThreadPool = {
    let pool = NIOThreadPool(numberOfThreads: 2)
    pool.start()
    return pool
  }()

  static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await pool.runIfActive(body)
  }

  static func hash<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await hashing.runIfActive(body)
  }
}
