// What /metrics tells. Labels come from fixed sets only; projects, people and data are never named.
import ControlPlane
import MetadataStore
import Model
import Telemetry
import WorkerPool

enum MetricsPage {
  /// Blocks on the store.
  static func text(_ plane: ControlPlane) -> String {
    var page = MetricsText()
    page.add(
      "ote_build_info", .gauge, "The version of the host and of the plugin ABI.",
      [([("version", HostVersion.text), ("abi", HostVersion.abi)], 1)])
    runs(plane, &page)
    plane.telemetry.write(to: &page)
    page.add(
      "ote_event_subscribers", .gauge, "Readers of the event stream.", Double(plane.events.followerCount))
    page.add("ote_events_total", .counter, "Events since the store was made.", Double(plane.events.lastID))
    plugins(plane, &page)
    workers(&page)
    store(plane, &page)
    ProcessFigures.write(to: &page)
    return page.text
  }

  private static func runs(_ plane: ControlPlane, _ page: inout MetricsText) {
    let load = plane.runs.load
    page.add("ote_runs_running", .gauge, "Runs in progress.", Double(load.running))
    page.add("ote_runs_queued", .gauge, "Runs that wait for their turn.", Double(load.queued))
    page.add("ote_runs_limit", .gauge, "Runs that may be in progress at once.", Double(load.limit))
    let counts = (try? plane.metadata.runCounts()) ?? [:]
    page.add(
      "ote_runs_last_day", .gauge, "Runs that began in the last 24 hours, by status.",
      counts.sorted { $0.key.rawValue < $1.key.rawValue }.map { ([("status", $0.key.rawValue)], Double($0.value)) })
  }

  private static func plugins(_ plane: ControlPlane, _ page: inout MetricsText) {
    let installed = plane.plugins.installed()
    let usable = installed.count(where: \.isUsable)
    page.add("ote_plugins_usable", .gauge, "Plugins that runs can use.", Double(usable))
    page.add(
      "ote_plugins_refused", .gauge, "Plugins that are named by a manifest and not usable.",
      Double(installed.count - usable))
  }

  private static func workers(_ page: inout MetricsText) {
    let living = WorkerCensus.living
    page.add("ote_workers", .gauge, "Worker processes that live now.", Double(living.count))
    page.add(
      "ote_workers_resident_memory_bytes", .gauge, "Resident memory of all workers.",
      Double(living.compactMap { ProcessFigures.residentBytes(of: $0) }.reduce(0, +)))
    page.add("ote_workers_started_total", .counter, "Workers started by this host.", Double(WorkerCensus.started))
  }

  private static func store(_ plane: ControlPlane, _ page: inout MetricsText) {
    let sizes = [("metadata", plane.store.metadataBytes), ("datasets", plane.store.datasetBytes)]
    page.add(
      "ote_store_bytes", .gauge, "What the store holds: its database, and all published dataset versions.",
      sizes.compactMap { part, bytes in bytes.map { ([("part", part)], Double($0)) } })
    page.add(
      "ote_store_disk_free_bytes", .gauge, "Free disk where the store lies.",
      plane.store.diskFreeBytes.map(Double.init))
  }
}

enum Readiness {
  /// Ready while the store answers.
  static func answer(_ plane: ControlPlane) -> Answer {
    do throws(Problem) {
      _ = try plane.metadata.lastEventID()
      return Answer(content: .bytes(Array("ready\n".utf8), type: "text/plain"))
    } catch { return ProblemAnswer.answer(error) }
  }
}
