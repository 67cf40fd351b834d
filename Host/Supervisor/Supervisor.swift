// Takes a resolved pipeline through its attempts to a stored report: workers, retries, resume, and one atomic end.
package import ArtifactStore
import CWorker
import FoundationEssentials
import Glibc
import JSONValue
package import MetadataStore
package import Model
import WorkerPool
package import WorkerProtocol

/// What happens during a run, for whoever shows it.
package enum RunEvent: Sendable {
  case started(RunReport, inserted: [String])
  /// An attempt begins; its end comes as `attempted`, whatever it is.
  case attempting(Int)
  case bound([BoundNode])
  case progress([NodeReport])
  case used(ResourceSample)
  case log(LogLine)
  /// A trainer's figure at a step.
  case metric(MetricPoint)
  case attempted(RunReport)
  case retrying(Problem, attempt: Int, delaySeconds: Double)
  case finished(RunReport)
}

package struct RunRequest: Sendable {
  package var resolved: ResolvedPipeline
  package var document: String
  package var canonicalText: String
  /// The failed run to go on with.
  package var resuming: RunReport?
  package var run: String
  package var startedAt: String
  /// Adds the place in the document to a problem that names a field of a node.
  package var locate: @Sendable (Problem) -> Problem

  package init(
    resolved: ResolvedPipeline, document: String, canonicalText: String, run: String, startedAt: String,
    resuming: RunReport? = nil, locate: @escaping @Sendable (Problem) -> Problem = { $0 }
  ) {
    self.locate = locate
    self.resolved = resolved
    self.document = document
    self.canonicalText = canonicalText
    self.run = run
    self.startedAt = startedAt
    self.resuming = resuming
  }
}

package final class Supervisor {
  let metadata: MetadataStore
  let artifacts: ArtifactStore
  let home: String
  let workers: Workers
  let secrets: SecretLookup?

  /// `secrets` are those of the project that the runs belong to.
  package init(
    metadata: MetadataStore, artifacts: ArtifactStore, home: String, workers: Workers = Workers(),
    secrets: SecretLookup? = nil
  ) {
    self.secrets = secrets
    self.metadata = metadata
    self.artifacts = artifacts
    self.home = home
    self.workers = workers
  }

  /// Blocks until the run has ended; call it from a thread that lives as long as the run. `cancel` becomes readable when
  /// somebody asks to stop (-1: nobody can).
  package func run(
    _ request: RunRequest, cancel: Int32 = -1, observer: @escaping (RunEvent) -> Void
  ) throws(Problem) -> RunReport {
    let digest = "sha256:\(FileDigest.hex(of: Array(request.canonicalText.utf8)))"
    let name = request.resolved.pipeline.name
    let version = try metadata.register(name: name, digest: digest, document: request.document)
    let identity = PipelineIdentity(name: name, version: version, digest: digest)
    let folder = try artifacts.runFolder(request.run)
    guard let lock = RunLock(folder: folder) else {
      throw Problem(.resumeImpossible, "another process is running \(request.run)")
    }
    let attempts = RunAttempts(self, request, identity, folder: folder, observer: observer)
    let report = try attempts.run(cancel: cancel)
    withExtendedLifetime(lock) {}
    return report
  }

  /// Marks runs whose host is gone as failed, and clears what they left. Answers how many there were.
  @discardableResult
  package func recover() throws(Problem) -> Int {
    var recovered = 0
    // A queued run has no host yet: it waits for the next one.
    for orphan in try metadata.unfinishedRuns() where orphan.status == .running {
      if try recover(orphan.run) { recovered += 1 }
    }
    // A host that was killed may have been moving a file into the store.
    if recovered > 0 { artifacts.sweep() }
    return recovered
  }

  /// False when the run's host still lives, or has ended it since the list was made.
  private func recover(_ run: String) throws(Problem) -> Bool {
    let folder = try artifacts.existingRunFolder(run)
    var lock: RunLock?
    if let folder {
      lock = RunLock(folder: folder)
      if lock == nil { return false }
    }
    // Only now, with the lock in hand, does what the store says stand still.
    var report = try metadata.run(run)
    guard !report.status.isFinished else { return false }
    report.status = .failed
    report.finishedAt = TimeStamp.now()
    report.problems = [Problem(.hostKilled, "the host process ended while the run was going on")]
    for index in report.nodes.indices where [.running, .waiting].contains(report.nodes[index].status) {
      report.nodes[index].status = .cancelled
    }
    try metadata.save(report)
    if let folder {
      RunRecord(home: home, run: run).keepFailing(from: folder)
      clear(folder, run: run, keepsMaterialized: true)
    }
    withExtendedLifetime(lock) {}
    return true
  }

  /// Materialised outputs of a failed run stay for `--resume`; everything else goes.
  func clear(_ folder: String, run: String, keepsMaterialized: Bool) {
    let kept = "\(folder)/materialized"
    if keepsMaterialized, access(kept, F_OK) == 0 {
      try? FileManager.default.removeItem(atPath: "\(folder)/tmp")
    } else {
      try? artifacts.removeRunFolder(run)
    }
  }
}
