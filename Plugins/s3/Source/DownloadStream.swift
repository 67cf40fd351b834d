// Rows of files that are there, while others are still being fetched.
import Glibc
import HTTPTransfer
import PluginKit

final class DownloadStream: BatchStream {
  let schema = Schema.files
  private let objects: MatchedObjects
  private let queue: DownloadQueue
  private let settings: SourceConfiguration
  private let seen: SeenObjects?
  private let run: Run
  private let batchRows: Int
  private let threads = Threads()
  private var isClosed = false
  private var toldAt = 0.0

  /// `first` was listed already, so that a wrong bucket fails before anything downstream starts.
  init(
    _ objects: MatchedObjects, first: ListedObject?, limit: Int, _ client: S3Client, _ settings: SourceConfiguration,
    seen: SeenObjects?, _ run: Run
  ) throws {
    self.objects = objects
    self.settings = settings
    self.seen = seen
    self.run = run
    batchRows = min(max(run.meta.batchRows, 1), 8192)
    queue = DownloadQueue(settings)
    let folder = try DownloadFolder(run)
    guard let first else {
      queue.finishListing()
      return
    }
    let (queue, bucket) = (queue, settings.bucket)
    objects.stop(when: { queue.isStopped })
    let isStarted = threads.start {
      do {
        var object: ListedObject? = first
        var number = 0
        while let next = object, number < limit {
          guard queue.add(Download(next, path: folder.path(number, next.key))) else { return }
          number += 1
          object = number < limit ? try objects.next(run) : nil
        }
        queue.finishListing()
      } catch {
        queue.fail(error)
      }
    }
    var fetching = 0
    for _ in 0..<settings.parallel {
      let fetch = Fetch(
        client: client, bucket: bucket, run: run, isStopped: { queue.isStopped }, onBytes: { queue.note(bytes: $0) })
      if threads.start({ [fetch = UncheckedSendable(fetch)] in Self.work(queue, fetch.value) }) { fetching += 1 }
    }
    guard isStarted, fetching > 0 else {
      close()
      throw PluginError(.resource, "the machine has no thread left to fetch with")
    }
  }

  private static func work(_ queue: DownloadQueue, _ fetch: Fetch) {
    while let part = queue.take(DownloadFolder.create) {
      do {
        try fetch.fetch(part)
        queue.finish(part) { descriptor in
          guard Glibc.close(descriptor) == 0 else { throw DownloadFolder.problem("write", part.download.path) }
        }
      } catch {
        queue.fail(error)
      }
    }
  }

  func next() throws -> RecordBatch? {
    try run.checkCancelled()
    guard !isClosed else { return nil }
    let there = try queue.next(batchRows) {
      try run.checkCancelled()
      tell(every: 1)
    }
    guard !there.isEmpty else {
      seen?.finish(isAtEnd: objects.isAtEnd)
      return nil
    }
    tell(every: 0)
    var rows = ObjectRows(bucket: settings.bucket, capacity: there.count)
    for download in there {
      try rows.append(download.object, relative: objects.relative(download.object.key), path: download.path)
    }
    return rows.finish()
  }

  private func tell(every seconds: Double) {
    let now = monotonicSeconds()
    guard now - toldAt >= seconds else { return }
    toldAt = now
    run.progress(UInt64(queue.received), of: nil, "bytes")
  }

  func close() {
    guard !isClosed else { return }
    isClosed = true
    queue.stop()
    threads.join()
    for descriptor in queue.openDescriptors { Glibc.close(descriptor) }
  }
}

/// A value that one thread hands over to another and then leaves alone.
struct UncheckedSendable<T>: @unchecked Sendable {
  let value: T
  init(_ value: T) { self.value = value }
}
