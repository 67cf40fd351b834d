// What a worker uses, as the kernel counts it.

package struct WorkerUse: Sendable, Hashable {
  /// Resident memory: what it holds now, and the most that it has held.
  package var memoryBytes: Int64
  package var peakBytes: Int64
  /// Processor time since its start.
  package var cpuSeconds: Double
  package var threads: Int

  package init(memoryBytes: Int64, peakBytes: Int64, cpuSeconds: Double, threads: Int) {
    self.memoryBytes = memoryBytes
    self.peakBytes = peakBytes
    self.cpuSeconds = cpuSeconds
    self.threads = threads
  }

  /// From the texts of /proc/PID/stat and /proc/PID/status; nil for a process that has given its memory back.
  init?(stat: String, status: String) {
    // The name stands in parentheses and may hold any letter, so the last one counts.
    guard let end = stat.lastIndex(of: ")") else { return nil }
    let fields = stat[stat.index(after: end)...].split(separator: " ")
    guard fields.count > 21, let user = Double(fields[11]), let system = Double(fields[12]),
      let threads = Int(fields[17]), let pages = Int64(fields[21]), pages > 0
    else { return nil }
    self.threads = threads
    memoryBytes = pages * pageBytes
    cpuSeconds = (user + system) / ticksPerSecond
    let peak = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    let kilobytes = peak?.split(whereSeparator: { " \t".contains($0) }).dropFirst().first.flatMap { Int64($0) }
    peakBytes = max(memoryBytes, (kilobytes ?? 0) << 10)
  }
}

extension WorkerProcess {
  func use() -> WorkerUse? {
    guard let stat = readSmallFile("/proc/\(pid)/stat"), let status = readSmallFile("/proc/\(pid)/status") else {
      return nil
    }
    return WorkerUse(stat: stat, status: status)
  }
}

/// When to look: often at first, so that a short run has a curve, and ever more seldom, so that a long one has no endless.
struct SamplePace {
  private var taken = 0
  private var next: UInt64 = 0
  /// The interval doubles after each so many.
  private static let samplesPerPace = 240
  private static let firstNanoseconds: UInt64 = 350_000_000

  /// The best moment is when the worker has just told its figures; `late` is how long to wait for that.
  mutating func isDue(at now: UInt64, late: UInt64 = 0) -> Bool {
    guard now >= next + (taken == 0 ? 0 : late) else { return false }
    next = now + Self.firstNanoseconds << min(UInt64(taken / Self.samplesPerPace), 16)
    taken += 1
    return true
  }
}
