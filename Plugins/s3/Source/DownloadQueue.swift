// Which object is fetched next and which is there: between the thread that lists, those that fetch, and the reader.
import PluginKit

/// One object on its way. Its fields belong to the queue's lock, but for what never changes.
final class Download: @unchecked Sendable {
  let object: ListedObject
  let path: String
  fileprivate(set) var descriptor: Int32 = -1
  fileprivate var partsLeft = 0
  fileprivate(set) var isThere = false

  init(_ object: ListedObject, path: String) {
    self.object = object
    self.path = path
  }
}

struct DownloadPart: Sendable {
  var download: Download
  var range: Range<Int64>
}

final class DownloadQueue: @unchecked Sendable {
  /// Files that may lie or come before they are asked for.
  private static let aheadFiles = 512

  private let monitor = PluginMonitor()
  private let rangeBytes: Int64
  private let aheadBytes: Int64
  private let ordered: Bool
  /// Listed and not handed on, in order.
  private var downloads: [Download] = []
  private var waiting: [DownloadPart] = []
  private var waitingFrom = 0
  private var unreadBytes: Int64 = 0
  private var isListed = false
  private var failure: PluginError?
  private var stopped = false
  private var bytes: Int64 = 0

  init(_ settings: SourceConfiguration) {
    rangeBytes = settings.rangeBytes
    aheadBytes = settings.aheadBytes
    ordered = settings.ordered
  }

  var isStopped: Bool { monitor.locked { stopped || failure != nil } }
  var received: Int64 { monitor.locked { bytes } }

  func stop() {
    monitor.locked {
      stopped = true
      monitor.wake()
    }
  }

  func fail(_ error: any Error) {
    monitor.locked {
      if failure == nil { failure = PluginError(wrapping: error) }
      monitor.wake()
    }
  }

  // MARK: the thread that lists

  /// Waits until there is room. False once nobody wants more.
  func add(_ download: Download) -> Bool {
    monitor.locked {
      // A single object may be larger than all that may lie ahead.
      while !stopped, failure == nil, !downloads.isEmpty,
        downloads.count >= Self.aheadFiles || unreadBytes + download.object.size > aheadBytes
      { monitor.wait(milliseconds: 100) }
      guard !stopped, failure == nil else { return false }
      let size = download.object.size
      let step = rangeBytes == 0 ? max(size, 1) : rangeBytes
      let starts = stride(from: 0, to: max(size, 1), by: Int64.Stride(step))
      for start in starts {
        waiting.append(DownloadPart(download: download, range: start..<min(size, start + step)))
        download.partsLeft += 1
      }
      downloads.append(download)
      unreadBytes += size
      monitor.wake()
      return true
    }
  }

  func finishListing() {
    monitor.locked {
      isListed = true
      monitor.wake()
    }
  }

  // MARK: the threads that fetch

  /// Waits for the next part; nil when there will be none. `open` makes the object's file at its first part.
  func take(_ open: (Download) throws -> Int32) -> DownloadPart? {
    monitor.locked {
      while !stopped, failure == nil, waitingFrom == waiting.count, !isListed { monitor.wait(milliseconds: 100) }
      guard !stopped, failure == nil, waitingFrom < waiting.count else { return nil }
      let part = waiting[waitingFrom]
      waitingFrom += 1
      if waitingFrom > 4096 {
        waiting.removeFirst(waitingFrom)
        waitingFrom = 0
      }
      if part.download.descriptor < 0 {
        do { part.download.descriptor = try open(part.download) } catch {
          failure = PluginError(wrapping: error)
          monitor.wake()
          return nil
        }
      }
      return part
    }
  }

  func note(bytes count: Int) { monitor.locked { bytes += Int64(count) } }

  /// The last part of an object closes its file.
  func finish(_ part: DownloadPart, close: (Int32) throws -> Void) {
    monitor.locked {
      part.download.partsLeft -= 1
      guard part.download.partsLeft == 0 else { return }
      do {
        try close(part.download.descriptor)
        part.download.descriptor = -1
        part.download.isThere = true
      } catch {
        failure = failure ?? PluginError(wrapping: error)
      }
      monitor.wake()
    }
  }

  // MARK: the reader

  /// Objects that are there, at most `count`; empty at the end. Waits for the first; `tick` is called every 100 ms.
  func next(_ count: Int, tick: () throws -> Void) throws -> [Download] {
    while true {
      let (there, isAtEnd) = try monitor.locked { () throws -> ([Download], Bool) in
        let there = takeThere(count)
        if !there.isEmpty { return (there, false) }
        if let failure { throw failure }
        if isListed, downloads.isEmpty { return ([], true) }
        monitor.wait(milliseconds: 100)
        return ([], false)
      }
      if !there.isEmpty || isAtEnd { return there }
      try tick()
    }
  }

  private func takeThere(_ count: Int) -> [Download] {
    var there: [Download] = []
    if ordered {
      there = Array(downloads.prefix(while: \.isThere).prefix(count))
      downloads.removeFirst(there.count)
    } else {
      there = Array(downloads.filter(\.isThere).prefix(count))
      let taken = Set(there.map(ObjectIdentifier.init))
      downloads.removeAll { taken.contains(ObjectIdentifier($0)) }
    }
    unreadBytes -= there.reduce(0) { $0 + $1.object.size }
    if !there.isEmpty { monitor.wake() }
    return there
  }

  /// Files that are still open, once all threads have ended.
  var openDescriptors: [Int32] { monitor.locked { downloads.map(\.descriptor).filter { $0 >= 0 } } }
}
