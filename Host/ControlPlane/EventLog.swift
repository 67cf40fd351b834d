// The one log of what happens: stored first, then handed to everyone who follows it. Nobody who follows loses an event.
package import Logging
package import MetadataStore
package import Model
import Synchronization

/// An event with the bytes that every follower is sent, written once.
package struct LoggedEvent: Sendable {
  package let event: HostEvent
  package let frame: [UInt8]
}

package final class EventLog: Sendable {
  /// What is kept in memory for followers that are a little behind; who is further behind reads the store.
  private static let recentMax = 2048
  private static let recentBytesMax = 4 << 20

  private struct State {
    var recent: [LoggedEvent] = []
    var recentBytes = 0
    var lastID: Int64
    var followers: [UInt64: AsyncStream<Void>.Continuation] = [:]
    var nextFollower: UInt64 = 0
  }

  private let metadata: MetadataStore
  private let encode: @Sendable (HostEvent) -> [UInt8]
  private let log: Logger
  private let state: Mutex<State>
  /// Appending is one at a time, so that events are handed on in the order of their ids.
  private let order = Mutex(())

  package init(
    _ metadata: MetadataStore, log: Logger, encode: @escaping @Sendable (HostEvent) -> [UInt8]
  ) throws(Problem) {
    self.metadata = metadata
    self.log = log
    self.encode = encode
    state = Mutex(State(lastID: try metadata.lastEventID()))
  }

  package var lastID: Int64 { state.withLock { $0.lastID } }
  package var followerCount: Int { state.withLock { $0.followers.count } }

  /// Stores the events and wakes every follower. An event that cannot be stored is lost to all alike: what it tells of
  /// has been stored by itself, and a page that is opened again shows it.
  package func append(_ events: [HostEvent]) {
    guard !events.isEmpty else { return }
    order.withLock { _ in
      let ids: [Int64]
      do throws(Problem) { ids = try metadata.appendEvents(events) } catch {
        log.error("events were lost: \(error.detail)", metadata: ["code": .string(error.code.rawValue)])
        return
      }
      for event in events { EventLine(event)?.write(to: log) }
      let logged = zip(events, ids).map { event, id in
        var event = event
        event.id = id
        return LoggedEvent(event: event, frame: encode(event))
      }
      let followers = state.withLock { state in
        state.recent += logged
        state.recentBytes += logged.reduce(0) { $0 + $1.frame.count }
        state.lastID = ids.last ?? state.lastID
        Self.trim(&state)
        return Array(state.followers.values)
      }
      for follower in followers { follower.yield() }
    }
  }

  package func append(_ event: HostEvent) { append([event]) }

  private static func trim(_ state: inout State) {
    var dropped = 0
    while state.recent.count - dropped > recentMax || state.recentBytes > recentBytesMax,
      dropped < state.recent.count
    {
      state.recentBytes -= state.recent[dropped].frame.count
      dropped += 1
    }
    // In larger steps: each removal moves what stays.
    if dropped > 0 { state.recent.removeFirst(dropped) }
  }

  /// At most `limit` events behind `id`, from memory where they are there, else from the store.
  package func events(after id: Int64, limit: Int = 500) throws(Problem) -> [LoggedEvent] {
    let recent: [LoggedEvent]? = state.withLock { state in
      if id >= state.lastID { return [] }
      guard let first = state.recent.first, first.event.id <= id + 1 else { return nil }
      let start = state.recent.partitioningIndex { $0.event.id > id }
      return Array(state.recent[start...].prefix(limit))
    }
    if let recent { return recent }
    return try metadata.events(after: id, limit: limit).map { LoggedEvent(event: $0, frame: encode($0)) }
  }

  /// Becomes ready when there may be something new. Ends with the task that iterates it.
  package func follow() -> (wake: AsyncStream<Void>, stop: @Sendable () -> Void) {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let key = state.withLock { state in
      state.nextFollower += 1
      state.followers[state.nextFollower] = continuation
      return state.nextFollower
    }
    let stop: @Sendable () -> Void = { [self] in
      state.withLock { $0.followers[key] = nil }
      continuation.finish()
    }
    return (stream, stop)
  }
}

extension Array {
  /// The first index whose element satisfies a condition that holds for all after it too.
  fileprivate func partitioningIndex(where condition: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if condition(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
