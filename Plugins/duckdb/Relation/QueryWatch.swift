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

    init(_ run: Run) { self.run = run }

    func tick(_ progress: cduck_progress_value) -> Int32 {
      // DuckDB's total is an estimate that its own count may pass.
      if progress.percentage >= 0, progress.rows > reported {
        reported = progress.rows
        run.progress(progress.rows, of: progress.total_rows >= progress.rows ? progress.total_rows : nil, "rows")
      }
      return run.isCancelled ? 1 : 0
    }
  }
}
