// A follower of a host's events, as a browser's EventSource is one.
import Foundation
package import JSONValue

package final class EventReader {
  private let connection: HTTPConnection
  private var text = ""
  /// Every event so far.
  package private(set) var events: [JSONValue] = []

  /// Follows from now on, unless `query` or `lastID` says otherwise.
  package init(_ host: ServedHost, query: String = "", lastID: Int? = nil, as visitor: Visitor? = nil) throws {
    connection = try HTTPConnection(port: host.port)
    var headers = (visitor ?? host.admin).headers
    if let lastID { headers.append(("Last-Event-ID", "\(lastID)")) }
    try connection.request("GET", "/api/v1/events\(query)", headers: headers, body: [])
    let head = try connection.readHead()
    guard head.status == 200 else { throw HTTPConnection.Broken(what: "events: \(head.status)") }
  }

  /// Blocks until the event that the caller waits for has come; nil where the host closes before.
  @discardableResult
  package func next(within seconds: Double = 60, _ isWanted: (JSONValue) -> Bool) throws -> JSONValue? {
    let deadline = Date() + seconds
    while true {
      while let event = try parsed() {
        events.append(event)
        if isWanted(event) { return event }
      }
      // A heartbeat comes every 20 seconds, so a line that is alive proves nothing.
      guard Date() < deadline else {
        throw HTTPConnection.Broken(what: "the event did not come; the last were \(events.suffix(5).map(\.text))")
      }
      guard let chunk = try connection.chunk() else { return nil }
      text += String(decoding: chunk, as: UTF8.self)
    }
  }

  private func parsed() throws -> JSONValue? {
    while let end = text.range(of: "\n\n") {
      let frame = text[..<end.lowerBound]
      text = String(text[end.upperBound...])
      let data = frame.split(separator: "\n").first { $0.hasPrefix("data: ") }
      if let data { return try JSONValue(parsing: String(data.dropFirst(6))) }
    }
    return nil
  }
}
