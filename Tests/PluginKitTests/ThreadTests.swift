// Threads of a plugin's own.
import Glibc
import PluginKit
import Synchronization
import Testing

@Suite struct ThreadTests {
  @Test func `a thread of a plugin takes no signal, and the one that starts it goes on as before`() throws {
    let before = blockedSignals()
    let inside = Mutex<Set<Int32>>([])
    let thread = try PluginThread { inside.withLock { $0 = blockedSignals() } }
    thread.join()
    thread.join()
    #expect(inside.withLock { $0 }.isSuperset(of: [SIGINT, SIGTERM, SIGCHLD, SIGPIPE, SIGUSR1]))
    #expect(blockedSignals() == before)
  }

  @Test func `a thread has the stack that it asked for`() throws {
    // Glibc's module leaves it out, as it is not in POSIX.
    typealias GetAttributes = @convention(c) (pthread_t, UnsafeMutablePointer<pthread_attr_t>) -> Int32
    let symbol = try #require(dlsym(nil, "pthread_getattr_np"))
    let getAttributes = unsafeBitCast(symbol, to: GetAttributes.self)
    let size = Mutex(0)
    try PluginThread(stackBytes: 16 << 20) {
      var attributes = pthread_attr_t()
      guard getAttributes(pthread_self(), &attributes) == 0 else { return }
      var bytes = 0
      pthread_attr_getstacksize(&attributes, &bytes)
      pthread_attr_destroy(&attributes)
      size.withLock { [bytes] in $0 = bytes }
    }.join()
    #expect(size.withLock { $0 } >= 16 << 20)
  }

  @Test func `a stack that no thread can have is refused in words`() {
    #expect(throws: PluginError.self) { try PluginThread(stackBytes: 1 << 60) {} }
  }
}

private func blockedSignals() -> Set<Int32> {
  var mask = sigset_t()
  pthread_sigmask(SIG_SETMASK, nil, &mask)
  return Set((1..<64).filter { sigismember(&mask, $0) == 1 })
}
