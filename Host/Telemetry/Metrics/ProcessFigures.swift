// What the host's own process takes, under the names that Prometheus' clients use for it.
import Foundation
import Glibc

package enum ProcessFigures {
  package static func write(to page: inout MetricsText) {
    let stat = fields(of: "self")
    let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
    func ticksAt(_ index: Int) -> Double? { stat.flatMap { $0.count > index ? Double($0[index]) : nil } }
    if let user = ticksAt(11), let system = ticksAt(12) {
      page.add("process_cpu_seconds_total", .counter, "Processor time of the host.", (user + system) / ticks)
    }
    page.add("process_virtual_memory_bytes", .gauge, "Virtual memory of the host.", ticksAt(20))
    page.add("process_resident_memory_bytes", .gauge, "Resident memory of the host.", residentBytes().map(Double.init))
    page.add("process_threads", .gauge, "Threads of the host.", ticksAt(17))
    if let started = ticksAt(19), let boot = bootTime() {
      page.add("process_start_time_seconds", .gauge, "When the host started, as Unix time.", boot + started / ticks)
    }
    let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    page.add("process_open_fds", .gauge, "Open files of the host.", open.map(Double.init))
    var limit = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
      page.add("process_max_fds", .gauge, "Files that the host may have open.", Double(limit.rlim_cur))
    }
  }

  /// Of a process, or of this one.
  package static func residentBytes(of process: Int32? = nil) -> Int64? {
    let name = process.map(String.init) ?? "self"
    guard let text = try? String(contentsOfFile: "/proc/\(name)/statm", encoding: .utf8) else { return nil }
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int64($0) }
    return pages.map { $0 * Int64(sysconf(Int32(_SC_PAGESIZE))) }
  }

  /// What stands behind the program's name, which may hold blanks: the state comes first.
  private static func fields(of process: String) -> [Substring]? {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      let end = text.lastIndex(of: ")")
    else { return nil }
    return text[text.index(after: end)...].split(separator: " ")
  }

  private static func bootTime() -> Double? {
    guard let text = try? String(contentsOfFile: "/proc/stat", encoding: .utf8) else { return nil }
    let line = text.split(separator: "\n").first { $0.hasPrefix("btime ") }
    return line.flatMap { Double($0.dropFirst(6)) }
  }
}
