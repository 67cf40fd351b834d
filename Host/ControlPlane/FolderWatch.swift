// Tells when something in a set of folders changed, a moment after the last change (inotify).
import Dispatch
import Foundation
import Glibc
import Synchronization

final class FolderWatch: Sendable {
  /// A copy of a plugin writes often; what it looks like meanwhile is nobody's business.
  private static let quietMilliseconds = 300

  private struct State {
    var watched: [String: Int32] = [:]
    /// What takes back the call that waits for quiet, and what ends the watch.
    var cancelPending: (@Sendable () -> Void)?
    var cancelSource: (@Sendable () -> Void)?
  }

  private let descriptor: Int32
  private let queue = DispatchQueue(label: "ote.folder-watch")
  private let state = Mutex(State())
  private let changed: @Sendable () -> Void

  init(_ changed: @escaping @Sendable () -> Void) {
    self.changed = changed
    descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
    guard descriptor >= 0 else { return }
    nonisolated(unsafe) let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
    let owned = descriptor
    source.setEventHandler { [weak self] in self?.drain() }
    source.setCancelHandler { close(owned) }
    source.resume()
    let cancel: @Sendable () -> Void = { source.cancel() }
    state.withLock { $0.cancelSource = cancel }
  }

  deinit { stop() }

  /// Watches these folders and no others. One that is not there is tried again with the next call, and one that was
  /// removed and made again is watched as what it is now.
  func follow(_ folders: Set<String>) {
    guard descriptor >= 0 else { return }
    // Two names of one folder have one watch, which must not end with the first of them.
    let folders = Set(folders.map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path })
    state.withLock { state in
      for (folder, watch) in state.watched where !folders.contains(folder) {
        inotify_rm_watch(descriptor, watch)
        state.watched[folder] = nil
      }
      let mask = UInt32(IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE)
      for folder in folders {
        let watch = inotify_add_watch(descriptor, folder, mask)
        if watch >= 0 { state.watched[folder] = watch }
      }
    }
  }

  func stop() {
    state.withLock { state in
      state.cancelSource?()
      state.cancelSource = nil
      state.cancelPending?()
    }
  }

  private func drain() {
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    while read(descriptor, &buffer, buffer.count) > 0 {}
    let changed = changed
    nonisolated(unsafe) let work = DispatchWorkItem { changed() }
    let cancel: @Sendable () -> Void = { work.cancel() }
    state.withLock { state in
      state.cancelPending?()
      state.cancelPending = cancel
    }
    queue.asyncAfter(deadline: .now() + .milliseconds(Self.quietMilliseconds), execute: work)
  }
}
