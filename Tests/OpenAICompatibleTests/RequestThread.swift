// Requests from several threads, which block.
import Foundation
import Synchronization

/// Runs a body on a thread of its own.
final class RequestThread {
  private let done = DispatchSemaphore(value: 0)

  init(_ body: @escaping @Sendable () -> Void) {
    let done = done
    Thread.detachNewThread {
      body()
      done.signal()
    }
  }

  func join() { done.wait() }
}

/// A text from each of several threads.
final class Texts: Sendable {
  private let texts: Mutex<[String]>

  init(_ count: Int) { texts = Mutex([String](repeating: "", count: count)) }

  func set(_ index: Int, _ text: String) { texts.withLock { $0[index] = text } }
  var all: [String] { texts.withLock { $0 } }
}
