// The host that tests share which change nothing of others, and a look into a store from outside.
import Foundation
import TestSupport

enum Shared {
  /// Tests of several threads ask it: each request has a connection of its own.
  nonisolated(unsafe) static let host = Result {
    let installation = try TestHost("well-behaved", "slow-source", "segfault")
    ProcessEnd.removes(installation.folder)
    return try ServedHost(installation)
  }
}

/// The SQLite file itself, as somebody with a shell changes it.
struct StoreFile {
  private let path: String
  init(_ host: ServedHost) { path = "\(host.installation.store)/metadata.sqlite" }

  func change(_ sql: String) throws {
    let script = """
      import sqlite3, sys
      store = sqlite3.connect(sys.argv[1], timeout=30)
      store.executescript(sys.argv[2])
      """
    let result = try RunningProgram(
      "/usr/bin/env", ["python3", "-c", script, path, sql], environment: ProcessInfo.processInfo.environment
    ).finish(within: 60)
    guard result.code == 0 else { throw ServedHost.Unexpected(result.errors) }
  }
}
