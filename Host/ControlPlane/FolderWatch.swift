// Tells when something in a set of folders changed, a moment after the last change (inotify).
import Dispatch
import Glibc
import Synchronization

final class FolderWatch: Sendable {
  /// A copy of a plugin writes often; what it looks like meanwhile is nobody's business.
  private static let quietMilliseconds = 300
  /// Where it never becomes quiet, things are looked at all the same.
  private static let quietMaxMilliseconds = 3000

  private struct State {
    /// By path: one number for all paths that lead to the same folder.
    var watched: [String: Int32] = [:]
    /// Those that stand in for a folder below them: only folders that come or go there matter.
    var standIns: Set<Int32> = []
    var firstChange: DispatchTime?
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

  /// Watches these folders and no others; in place of one that is not there, the nearest one above it. True where one
  /// of them was not watched before: what happened in it until now was not seen.
  @discardableResult
  func follow(_ folders: Set<String>) -> Bool {
    guard descriptor >= 0 else { return false }
    let wanted = Set(folders.compactMap(Self.existing))
    return state.withLock { state in
      for (folder, watch) in state.watched where !wanted.contains(folder) {
        state.watched[folder] = nil
        if !state.watched.values.contains(watch) { inotify_rm_watch(descriptor, watch) }
      }
      let mask = UInt32(
        IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE | IN_DELETE_SELF | IN_MOVE_SELF)
      var isNew = false
      for folder in wanted where state.watched[folder] == nil {
        let watch = inotify_add_watch(descriptor, folder, mask | UInt32(IN_ONLYDIR))
        guard watch >= 0 else { continue }
        state.watched[folder] = watch
        isNew = true
      }
      state.standIns = Set(state.watched.filter { !folders.contains($0.key) }.values)
      return isNew
    }
  }

  /// Calls back soon, as if something had changed.
  func touch() { queue.async { [self] in wait() } }

  func stop() {
    state.withLock { state in
      state.cancelSource?()
      state.cancelSource = nil
      state.cancelPending?()
    }
  }

  /// The folder itself, or the nearest one above it.
  private static func existing(_ folder: String) -> String? {
    var path = folder
    var status = stat()
    while !path.isEmpty {
      if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return path }
      guard let slash = path.lastIndex(of: "/") else { return nil }
      path = String(path[..<slash])
    }
    return nil
  }

  private func drain() {
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    var matters = false
    while case let count = read(descriptor, &buffer, buffer.count), count > 0 {
      for event in Self.events(buffer[0..<count]) where take(event) { matters = true }
    }
    if matters { wait() }
  }

  /// Their names do not matter: whoever is told looks at everything.
  private static func events(_ bytes: ArraySlice<UInt8>) -> [inotify_event] {
    let head = MemoryLayout<inotify_event>.size
    return bytes.withUnsafeBytes { bytes in
      var events: [inotify_event] = []
      var offset = 0
      while offset + head <= bytes.count {
        let event = bytes.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
        events.append(event)
        offset += head + Int(event.len)
      }
      return events
    }
  }

  /// False where it changes nothing. A folder that was removed or moved is watched again by its path, should there be
  /// one again.
  private func take(_ event: inotify_event) -> Bool {
    let isGone = event.mask & UInt32(IN_IGNORED | IN_MOVE_SELF) != 0
    let matters = state.withLock { state in
      let isWatched = event.wd < 0 || state.watched.values.contains(event.wd)
      if isGone { state.watched = state.watched.filter { $0.value != event.wd } }
      let isStandIn = state.standIns.contains(event.wd)
      return isWatched && (isGone || !isStandIn || event.mask & UInt32(IN_ISDIR) != 0)
    }
    if event.mask & UInt32(IN_MOVE_SELF) != 0 { inotify_rm_watch(descriptor, event.wd) }
    return matters
  }

  /// Calls back once it is quiet.
  private func wait() {
    let changed = changed
    nonisolated(unsafe) let work = DispatchWorkItem { [weak self] in
      self?.state.withLock { $0.firstChange = nil }
      changed()
    }
    let cancel: @Sendable () -> Void = { work.cancel() }
    let now = DispatchTime.now()
    let due = state.withLock { state in
      state.cancelPending?()
      state.cancelPending = cancel
      let first = state.firstChange ?? now
      state.firstChange = first
      return min(
        now + .milliseconds(Self.quietMilliseconds), first + .milliseconds(Self.quietMaxMilliseconds))
    }
    queue.asyncAfter(deadline: max(due, now), execute: work)
  }
}
