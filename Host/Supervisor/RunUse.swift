// From looks at one worker after the other to what the run as a whole uses.
import CWorker
import Model
import WorkerPool
import WorkerProtocol

struct RunUse {
  private(set) var total: RunResources?
  /// Of the attempts before.
  private var cpuBefore = 0.0
  private var last: (use: WorkerUse, rows: Int64, at: UInt64)?

  /// A run that goes on adds to what it used before.
  init(of earlier: RunResources?) {
    total = earlier
    cpuBefore = earlier?.cpuSeconds ?? 0
  }

  mutating func startAttempt() {
    cpuBefore = total?.cpuSeconds ?? 0
    last = nil
  }

  mutating func take(_ use: WorkerUse, _ nodes: [NodeReport]) -> ResourceSample {
    let now = ote_now_ns()
    let rows = nodes.reduce(0) { $0 + ($1.rowsOut ?? 0) }
    var sample = ResourceSample(at: TimeStamp.now(), memoryBytes: use.memoryBytes, threads: use.threads)
    if let last, now > last.at {
      let seconds = Double(now - last.at) / 1e9
      sample.cpu = max(0, use.cpuSeconds - last.use.cpuSeconds) / seconds
      sample.rowsPerSecond = Double(max(0, rows - last.rows)) / seconds
    }
    last = (use, rows, now)
    total = RunResources(
      peakMemoryBytes: max(total?.peakMemoryBytes ?? 0, use.peakBytes), cpuSeconds: cpuBefore + use.cpuSeconds)
    return sample
  }
}
