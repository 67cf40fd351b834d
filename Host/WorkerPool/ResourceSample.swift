// What a worker uses at one moment, as the system counts it.
import Glibc
import WorkerProtocol

package struct ResourceSample: Codable, Sendable, Hashable {
  package var at: String
  /// User and system time since its start.
  package var cpuSeconds: Double
  package var residentBytes: Int64
  /// Without what is mapped from files: the part that the memory limit counts.
  package var anonymousBytes: Int64
  package var threads: Int

  package init(at: String, cpuSeconds: Double, residentBytes: Int64, anonymousBytes: Int64, threads: Int) {
    self.at = at
    self.cpuSeconds = cpuSeconds
    self.residentBytes = residentBytes
    self.anonymousBytes = anonymousBytes
    self.threads = threads
  }

  /// From /proc/PID/stat and /proc/PID/statm. The name in the former may hold spaces and brackets: what counts begins
  /// behind the last bracket, with the third field.
  init?(stat: String, statm: String, at: String) {
    guard let bracket = stat.lastIndex(of: ")") else { return nil }
    let fields = stat[stat.index(after: bracket)...].split(separator: " ")
    let pages = statm.split(separator: " ").compactMap { Int64($0) }
    guard fields.count > 17, pages.count > 2, let user = Double(fields[11]), let system = Double(fields[12]),
      let threads = Int(fields[17])
    else { return nil }
    self.init(
      at: at, cpuSeconds: (user + system) / ticksPerSecond, residentBytes: pages[1] * pageBytes,
      anonymousBytes: max(0, pages[1] - pages[2]) * pageBytes, threads: threads)
  }
}

private let ticksPerSecond = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))

extension WorkerProcess {
  /// nil once it is gone.
  func sample() -> ResourceSample? {
    guard let stat = readSmallFile("/proc/\(pid)/stat"), let statm = readSmallFile("/proc/\(pid)/statm") else {
      return nil
    }
    return ResourceSample(stat: stat, statm: statm, at: TimeStamp.now())
  }
}
