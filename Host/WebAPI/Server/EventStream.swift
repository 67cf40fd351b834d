// Server-Sent Events: what happens, to everyone who may see it, from where each left off.
import ControlPlane
import Foundation
import Hummingbird
import JSONValue
package import Model
import NIOCore
import ServiceLifecycle

package enum EventStream {
  /// A comment now and then shows proxies and browsers that the line is alive.
  private static let heartbeatSeconds = 20

  /// The bytes of one event on the wire. Unnamed, so that one listener of a page gets events of every type.
  package static func frame(_ event: HostEvent) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
    let data = (try? encoder.encode(event)) ?? Data()
    return Array("id: \(event.id)\ndata: ".utf8) + Array(data) + [10, 10]
  }

  struct Filter: Sendable {
    /// nil: all.
    var projects: Set<String>?
    var user: String
    var types: [String]
    var subject: String?

    func takes(_ event: HostEvent) -> Bool {
      if let user = event.user, user != self.user { return false }
      if let project = event.project, let projects, !projects.contains(project) { return false }
      if !types.isEmpty, !types.contains(where: { event.type.hasPrefix($0) }) { return false }
      return subject == nil || event.subject == subject
    }
  }

  static func answer(_ log: EventLog, filter: Filter, after: Int64, until: String?) -> Answer {
    let body = ResponseBody { writer in
      let (wake, stop) = log.follow()
      defer { stop() }
      try await writer.write(ByteBuffer(string: "retry: 1000\n: follows from \(after)\n\n"))
      // The heartbeat wakes the loop too: one place writes.
      let ticks = heartbeat(wake)
      defer { ticks.stop() }
      // A reader comes back by itself, so the end of the host need not wait for it.
      try await withGracefulShutdownHandler {
        try await follow(log, filter, after: after, ticks.stream, &writer)
      } onGracefulShutdown: {
        ticks.stop()
      }
      try await writer.finish(nil)
    }
    return Answer(content: .stream(body, type: "text/event-stream"), headers: [("X-Accel-Buffering", "no")])
  }

  private enum Tick: Sendable { case events, heartbeat }

  private static func heartbeat(
    _ wake: AsyncStream<Void>
  ) -> (stream: AsyncStream<Tick>, stop: @Sendable () -> Void) {
    let (stream, continuation) = AsyncStream.makeStream(of: Tick.self, bufferingPolicy: .bufferingNewest(1))
    let events = Task {
      for await _ in wake { continuation.yield(.events) }
      continuation.finish()
    }
    let clock = Task {
      while !Task.isCancelled {
        try? await Task.sleep(for: .seconds(heartbeatSeconds))
        continuation.yield(.heartbeat)
      }
    }
    continuation.yield(.events)
    return (
      stream,
      {
        events.cancel(); clock.cancel(); continuation.finish()
      }
    )
  }

  private static func follow(
    _ log: EventLog, _ filter: Filter, after: Int64, _ ticks: AsyncStream<Tick>,
    _ writer: inout any ResponseBodyWriter
  ) async throws {
    var last = after
    for await tick in ticks {
      if tick == .heartbeat { try await writer.write(ByteBuffer(string: ": \(last)\n\n")) }
      while true {
        let events = try log.events(after: last)
        guard let newest = events.last else { break }
        var buffer = ByteBuffer()
        for logged in events where filter.takes(logged.event) { buffer.writeBytes(logged.frame) }
        last = newest.event.id
        if buffer.readableBytes > 0 { try await writer.write(buffer) }
      }
    }
  }
}
