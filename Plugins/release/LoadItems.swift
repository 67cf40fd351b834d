// How a model does under parallel load: latency, throughput, memory.
import Glibc
import JSONValue
import ModelCalls
import PluginKit
import Statistics
import Synchronization

struct LoadItems {
  let configuration: VerifyAction.Configuration

  private struct Answered: Sendable {
    var milliseconds = 0.0
    /// nil where the provider does not say.
    var tokens: Int?
    var firstText: Double?
    var failure: String?
  }

  func judge(_ model: AskedModel, _ run: Run, _ sheet: inout Sheet) throws {
    let count = configuration.requests ?? 20
    let before = ProcessMemory.residentBytes()
    let began = MonotonicClock.milliseconds()
    let all = try Parallel.map(
      count, width: configuration.parallel ?? 4, run,
      done: { run.progress(UInt64($0), of: UInt64(count), "requests") }
    ) { [configuration] number in
      try Self.ask(model, VerifyAction.usualRequest(configuration, number: number + 1))
    }
    let took = MonotonicClock.milliseconds() - began
    let after = ProcessMemory.residentBytes()
    let failures = all.compactMap(\.failure)
    sheet.add(
      .load, failures.isEmpty, observed: .int(Int64(failures.count)), limit: 0, unit: "requests",
      failures.first.map { "\(failures.count) of \(count) requests failed: \($0)" }
        ?? "\(count) requests, \(configuration.parallel ?? 4) at once, none failed")
    latency(all.filter { $0.failure == nil }, &sheet)
    throughput(all, took, &sheet)
    memory(before, after, &sheet)
  }

  private static func ask(_ model: AskedModel, _ request: GenerateRequest) throws -> Answered {
    let began = MonotonicClock.milliseconds()
    let first = Mutex<Double?>(nil)
    var answered = Answered()
    do {
      let generation = try model.client.generate(Self.reduced(request, model)) { event, _ in
        if case .text = event { first.withLock { $0 = $0 ?? MonotonicClock.milliseconds() - began } }
        return true
      }
      answered.tokens = generation.usage?.output
    } catch let error as PluginError where error.status != .cancelled { answered.failure = error.message }
    answered.milliseconds = MonotonicClock.milliseconds() - began
    answered.firstText = first.withLock { $0 }
    return answered
  }

  /// Without the seed that the provider has refused before.
  private static func reduced(_ request: GenerateRequest, _ model: AskedModel) -> GenerateRequest {
    var request = request
    if model.refused.contains(.seed) { request.seed = nil }
    return request
  }

  private func latency(_ answered: [Answered], _ sheet: inout Sheet) {
    let times = answered.map(\.milliseconds).sorted()
    let firsts = answered.compactMap(\.firstText).sorted()
    let p95 = times.isEmpty ? nil : Order.quantile(times, 0.95)
    sheet.metric(
      "latency_p50_ms", times.isEmpty ? nil : Order.quantile(times, 0.5), unit: "ms", n: times.count, better: .lower)
    sheet.metric("latency_p95_ms", p95, unit: "ms", n: times.count, better: .lower)
    sheet.metric(
      "first_text_p95_ms", firsts.isEmpty ? nil : Order.quantile(firsts, 0.95), unit: "ms", n: firsts.count,
      better: .lower)
    guard let limit = configuration.p95_ms_at_most else { return }
    sheet.add(
      .latency, p95.map { $0 <= limit } ?? false, observed: p95.map { .double($0) } ?? .null, limit: .double(limit),
      unit: "ms", p95.map { "95 of 100 answers came within \(Int($0.rounded(.up))) ms" } ?? "no request was answered")
  }

  private func throughput(_ all: [Answered], _ milliseconds: Double, _ sheet: inout Sheet) {
    let good = all.filter { $0.failure == nil }
    let tokens = good.compactMap(\.tokens)
    let rate = tokens.isEmpty || tokens.count < good.count ? nil : Double(tokens.reduce(0, +)) / milliseconds * 1000
    sheet.metric("tokens_per_second", rate, unit: "tokens/s", n: good.count, better: .higher)
    if rate == nil {
      sheet.text.append("The provider does not say how many tokens it made: tokens per second is missing.")
    }
    guard let limit = configuration.tokens_per_second_at_least else { return }
    sheet.add(
      .throughput, rate.map { $0 >= limit } ?? false, observed: rate.map { .double($0) } ?? .null,
      limit: .double(limit),
      unit: "tokens/s",
      rate.map { "\(Int($0)) tokens a second, all requests together" } ?? "the provider does not count its tokens")
  }

  private func memory(_ before: Int?, _ after: Int?, _ sheet: inout Sheet) {
    let growth = before.flatMap { before in after.map { Double($0 - before) / 1_048_576 } }
    sheet.metric("memory_growth_mib", growth, unit: "MiB", better: .lower)
    guard let limit = configuration.memory_growth_mib_at_most else { return }
    sheet.add(
      .memory, growth.map { $0 <= limit } ?? false, observed: growth.map { .double($0) } ?? .null,
      limit: .double(limit),
      unit: "MiB",
      growth.map { "the process grew by \(Int($0.rounded())) MiB under load" } ?? "its memory cannot be read")
  }
}

enum MonotonicClock {
  static func milliseconds() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Double(now.tv_sec) * 1000 + Double(now.tv_nsec) / 1_000_000
  }
}

enum ProcessMemory {
  /// What of this process lies in memory; nil where Linux does not say.
  static func residentBytes() -> Int? {
    guard let file = fopen("/proc/self/statm", "re") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    guard fgets(&line, Int32(line.count), file) != nil else { return nil }
    let bytes = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let parts = String(decoding: bytes, as: UTF8.self).split(separator: " ")
    return parts.count > 1 ? Int(parts[1]).map { $0 * Int(sysconf(Int32(_SC_PAGESIZE))) } : nil
  }
}
