// Asking a model by hand; the answer comes as Server-Sent Events of this one request.
import ControlPlane
import Foundation
import Hummingbird
import JSONValue
import Model
import NIOCore
import Synchronization

enum PlaygroundRoutes {
  static let all: [String: Route] = [
    "askModel": { call in
      let (playground, project) = (Playground(call.plane), call.project ?? call.path("project"))
      let (binding, request) = (call.body["model"] ?? .null, call.body["request"] ?? [:])
      let (stream, continuation) = AsyncStream.makeStream(of: JSONValue.self, bufferingPolicy: .unbounded)
      let isWanted = Mutex(true)
      continuation.onTermination = { _ in isWanted.withLock { $0 = false } }
      // A thread of its own: an answer may take minutes, and the pool serves everybody.
      let thread = Thread {
        let began = ContinuousClock.now
        do {
          try playground.ask(binding, request, project: project) { event in
            continuation.yield(event)
            return isWanted.withLock { $0 }
          }
          continuation.yield(["type": "done", "seconds": .double((ContinuousClock.now - began).seconds)])
        } catch {
          for problem in problems(error) { continuation.yield(["type": "problem", "problem": JSONValue(of: problem)]) }
        }
        continuation.finish()
      }
      thread.name = "playground"
      thread.start()
      let body = ResponseBody { writer in
        for await event in stream { try await writer.write(ByteBuffer(string: "data: \(event.text)\n\n")) }
        try await writer.finish(nil)
      }
      return Answer(content: .stream(body, type: "text/event-stream"), headers: [("X-Accel-Buffering", "no")])
    }
  ]

  private static func problems(_ error: any Error) -> [Problem] {
    switch error {
    case let problem as Problem: [problem]
    case let problems as Problems: problems.all
    default: [Problem(.hostFailed, "\(error)")]
    }
  }
}
