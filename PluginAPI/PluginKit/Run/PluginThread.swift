// Threads of a plugin's own.
internal import Glibc
internal import JSONValue

/// A thread as the contract asks for it: with all signals blocked, so that they stay the host's business. Swift's own
/// threads (`Task`, `Thread`) are not: work that blocks, such as a call to a model, belongs here. Used by one thread;
/// `join` before the instance that started it is destroyed.
public final class PluginThread {
  private var handle = pthread_t()
  private var isStarted = false
  private var isJoined = false

  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts at once. `stackBytes`: nil for what the system gives. Throws `PluginError` where the process is out of threads.
  public init(stackBytes: Int? = nil, _ body: @escaping @Sendable () -> Void) throws {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    if let stackBytes { pthread_attr_setstacksize(&attributes, stackBytes) }
    var (all, before) = (sigset_t(), sigset_t())
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    let context = Unmanaged.passRetained(Body(body))
    let code = pthread_create(
      &handle, &attributes,
      { context in
        if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, context.toOpaque())
    isStarted = code == 0
    guard isStarted else {
      context.release()
      throw PluginError(
        .resource, "no thread could be started: \(String(cString: strerror(code)))", retryable: true,
        details: ["next": "Lower how much runs at once, or raise the number of threads that the manifest grants"])
    }
  }

  // Nobody waits for it any more; its body goes on to its end.
  deinit { if isStarted, !isJoined { pthread_detach(handle) } }

  /// Waits for its end. Once it has ended, further calls return at once.
  public func join() {
    guard !isJoined else { return }
    pthread_join(handle, nil)
    isJoined = true
  }
}
