// Removes what nobody will ask for again: old events, sessions that are over, answered requests, abandoned uploads.
import Dispatch
import Foundation
import MetadataStore
import Model
import Synchronization
import WorkerProtocol

final class Housekeeping: Sendable {
  /// A page that was closed for longer reads everything anew.
  private static let eventsKept = 200_000
  private static let uploadSeconds = 7 * 24 * 3600.0
  private static let everySeconds = 3600.0

  private let metadata: MetadataStore
  private let home: String
  private let queue = DispatchQueue(label: "ote.housekeeping", qos: .utility)
  private let cancel = Mutex<(@Sendable () -> Void)?>(nil)

  init(_ metadata: MetadataStore, home: String) {
    self.metadata = metadata
    self.home = home
  }

  /// Once now, then every hour.
  func start() {
    // A timer source may be cancelled from any thread.
    nonisolated(unsafe) let timer = DispatchSource.makeTimerSource(queue: queue)
    timer.schedule(deadline: .now(), repeating: Self.everySeconds)
    timer.setEventHandler { [weak self] in self?.clean() }
    cancel.withLock { $0 = { timer.cancel() } }
    timer.resume()
  }

  func stop() { cancel.withLock { $0?() } }

  /// Each by itself: what fails now is tried again in an hour.
  private func clean() {
    try? metadata.trimEvents(keeping: Self.eventsKept)
    try? metadata.pruneSessions()
    try? metadata.pruneRequests()
    let stale = (try? metadata.staleUploads(before: TimeStamp.text(afterSeconds: -Self.uploadSeconds))) ?? []
    for upload in stale {
      try? FileManager.default.removeItem(atPath: "\(home)/uploads/\(upload.id)")
      try? metadata.deleteUpload(upload.id)
    }
  }
}
