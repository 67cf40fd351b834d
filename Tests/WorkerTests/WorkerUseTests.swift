// What /proc says of a worker, and how often it is looked at.
import Testing

@testable import WorkerPool

struct WorkerUseTests {
  private static let fields =
    Array(repeating: "0", count: 11) + ["150", "50", "0", "0", "20", "0", "7", "0", "1", "0", "300"]

  @Test func `memory, time and threads are read, whatever the program is called`() throws {
    let stat = "42 (a) b (c) \(Self.fields.joined(separator: " ")) 1 2 3"
    let use = try #require(WorkerUse(stat: stat, status: "Name:\tx\nVmHWM:\t  9000 kB\nVmRSS:\t 1200 kB\n"))
    #expect(use.threads == 7)
    #expect(use.memoryBytes == 300 * pageBytes)
    #expect(use.peakBytes == 9000 << 10)
    #expect(use.cpuSeconds == 200 / ticksPerSecond)
  }

  @Test func `a process that is gone has no figures`() {
    var fields = Self.fields
    fields[21] = "0"
    #expect(WorkerUse(stat: "42 (a) \(fields.joined(separator: " "))", status: "") == nil)
    #expect(WorkerUse(stat: "", status: "") == nil)
  }

  @Test func `a process of the system is read`() throws {
    let stat = try #require(readSmallFile("/proc/self/stat"))
    let status = try #require(readSmallFile("/proc/self/status"))
    let use = try #require(WorkerUse(stat: stat, status: status))
    #expect(use.memoryBytes > 1 << 20 && use.peakBytes >= use.memoryBytes)
    #expect(use.threads >= 1)
  }

  @Test func `looks come often at first and ever more seldom`() {
    var pace = SamplePace()
    var looks: [UInt64] = []
    // Each twentieth of a second over a day.
    for step in 0..<UInt64(24 * 3600 * 20) where pace.isDue(at: step * 50_000_000) { looks.append(step) }
    #expect(looks.count { $0 < 20 * 20 } == 58)
    #expect(looks.count < 4000)
    #expect(looks[1] - looks[0] == 7)
  }

  @Test func `a look waits a little for fresh figures, and not for ever`() {
    var pace = SamplePace()
    let first = pace.isDue(at: 0, late: 1_000_000_000)
    let early = pace.isDue(at: 500_000_000, late: 1_000_000_000)
    let fresh = pace.isDue(at: 500_000_000)
    let overdue = pace.isDue(at: 2_000_000_000, late: 1_000_000_000)
    #expect(first && !early && fresh && overdue)
  }
}
