// Asking a model by hand; the answer comes as Server-Sent Events of this one request.
import ControlPlane
import Foundation
import Hummingbird
import JSONValue
import Model
import NIOCore
import Supervisor

enum PlaygroundRoutes {
  static let all: [String: Route] = [
    "askModel": { call in
      let (playground, project) = (Playground(call.plane), call.project ?? call.path("project"))
      let (binding, request) = (call.body["model"] ?? .null, call.body["request"] ?? [:])
      let (stream, continuation) = AsyncStream.makeStream(of: Frame.self, bufferingPolicy: .unbounded)
      let leaving = Leaving()
      let clock = Task {
        while !Task.isCancelled {
          try? await Task.sleep(for: .seconds(1))
          continuation.yield(.heartbeat)
        }
      }
      continuation.onTermination = { _ in
        clock.cancel()
        leaving.leave()
      }
      // A thread of its own: an answer may take minutes, and the pool serves everybody.
      let thread = Thread {
        let began = ContinuousClock.now
        do {
          try playground.ask(binding, request, project: project, leaving: leaving) { continuation.yield(.event($0)) }
          continuation.yield(.event(["type": "done", "seconds": .double((ContinuousClock.now - began).seconds)]))
        } catch {
          for problem in problems(error) {
            continuation.yield(.event(["type": "problem", "problem": JSONValue(of: problem)]))
          }
        }
        continuation.finish()
      }
      thread.name = "playground"
      thread.start()
      let body = ResponseBody { writer in
        // However this ends, the model is not to go on for nobody.
        defer { continuation.finish() }
        for await frame in stream { try await writer.write(ByteBuffer(string: frame.text)) }
        try await writer.finish(nil)
      }
      return Answer(content: .stream(body, type: "text/event-stream"), headers: [("X-Accel-Buffering", "no")])
    }
  ]

  private enum Frame: Sendable {
    case event(JSONValue)
    /// Only by writing does a server learn that the browser has hung up.
    case heartbeat

    var text: String {
      switch self {
      case .event(let event): "data: \(event.text)\n\n"
      case .heartbeat: ": waiting\n\n"
      }
    }
  }

  private static func problems(_ error: any Error) -> [Problem] {
    switch error {
    case let problem as Problem: [problem]
    case let problems as Problems: problems.all
    default: [Problem(.hostFailed, "\(error)")]
    }
  }
}
