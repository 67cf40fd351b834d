// Progress and cancellation of a running query.
import CDuckDB
import PluginKit

/// Watches a connection from its own thread until `stop`.
final class QueryWatch {
  private var handle: OpaquePointer?
  private let context: Unmanaged<Context>

  init(_ connection: Connection, _ run: Run) {
    context = Unmanaged.passRetained(Context(run))
    handle = cduck_watch_start(
      connection.handle, run.cancelFD,
      { context, progress in
        Unmanaged<Context>.fromOpaque(context!).takeUnretainedValue().tick(progress)
      }, context.toOpaque())
  }

  func stop() {
    guard let handle else { return }
    cduck_watch_stop(handle)
    self.handle = nil
  }

  deinit {
    stop()
    context.release()
  }

  /// Lives on the watching thread.
  private final class Context {
    private let run: Run
    private var reported: UInt64 = 0
    private var ticks = 0

    init(_ run: Run) { self.run = run }

    func tick(_ progress: cduck_progress_value) -> Int32 {
      // DuckDB's row counts are estimates in units of their own; only the share is meant for people.
      let percent = progress.percentage > 0 ? UInt64(min(progress.percentage, 100)) : 0
      ticks += 1
      // A sort may stand at one figure for long: a sign of life every few seconds all the same.
      if percent > reported || ticks % 25 == 0 {
        reported = max(percent, reported)
        run.progress(reported, of: 100, "percent")
      }
      return run.isCancelled ? 1 : 0
    }
  }
}
