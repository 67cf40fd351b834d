// Starts a host that ends with the tests, also where those are killed: nobody else would stop it.
import Foundation
import Glibc

enum ServingThread {
  /// Runs a shell with these arguments. The kernel's signal comes with the end of the thread that started it, so this
  /// thread lives as long as the tests.
  static func start(_ arguments: [String], environment: [String: String]) throws -> RunningProgram {
    let started = Started()
    let thread = Thread {
      started.result = Result { try RunningProgram("/bin/sh", arguments, environment: environment) }
      started.isReady.signal()
      while true { pause() }
    }
    thread.stackSize = 256 << 10
    thread.start()
    started.isReady.wait()
    guard let result = started.result else { throw POSIXFailure("start a thread") }
    return try result.get()
  }

  /// Written before the signal, read after it.
  private final class Started: @unchecked Sendable {
    var result: Result<RunningProgram, any Error>?
    let isReady = DispatchSemaphore(value: 0)
  }
}
