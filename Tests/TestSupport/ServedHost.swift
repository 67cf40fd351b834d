// `ote serve` on an installation of its own, driven over HTTP as a browser or a program would.
import Foundation
import Glibc
package import JSONValue

/// Who asks: nobody, a browser's session, or a token.
package struct Visitor: Sendable {
  package var name: String
  package var headers: [(String, String)]
  package var isToken = false
  package static let nobody = Visitor(name: "nobody", headers: [])
  package static func token(_ secret: String, name: String = "token") -> Visitor {
    Visitor(name: name, headers: [("Authorization", "Bearer \(secret)")], isToken: true)
  }
}

/// Not for several threads, but for requests.
package final class ServedHost {
  package let installation: TestHost
  package private(set) var port = 0
  /// The path behind the address, with the secret behind `#`; nil where none was printed.
  package private(set) var link: String?
  private let options: [String]
  private let environment: [String: String]
  private var program: RunningProgram?
  package static let password = "a long enough password"
  package private(set) var admin = Visitor.nobody

  /// Starts it; with `signsIn`, the admin uses the one-time link and makes a token.
  package init(
    _ installation: TestHost, _ options: String..., environment: [String: String] = [:], signsIn: Bool = true
  ) throws {
    self.installation = installation
    self.options = options
    self.environment = environment
    try start()
    if signsIn {
      let session = try useLink(link ?? "", name: "admin")
      let made = try expect(201, "POST", "/tokens", ["title": "tests", "role": "admin"], as: session)
      admin = .token(made["secret"]?.string ?? "", name: "admin")
    }
  }

  package struct Unexpected: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
  }

  // MARK: process

  package var pid: Int32 { program?.pid ?? 0 }

  package func start() throws {
    let share = try Self.share(in: installation.folder)
    // What it prints is read as it comes, so it goes where the lines are read.
    let program = try ServingThread.start(
      [
        "-c", "exec setpriv --pdeathsig KILL \"$0\" \"$@\" 1>&2", try Products.program("ote"), "serve", "--port", "0",
        "--share", share,
      ]
        + options,
      environment: installation.environment(environment))
    self.program = program
    let line = try program.waitForLine { $0.contains("OpenTrustEval is at http://") }
    guard let line,
      let number = line.split(separator: " ").first(where: { $0.hasPrefix("http://") })?
        .split(separator: ":").last, let port = Int(number)
    else { throw Unexpected("the host did not start: \(try program.finish().errors)") }
    self.port = port
    if self.link == nil {
      let shown = try program.waitForLine { $0.contains("/welcome#") }
      link = shown?.split(separator: "/").last.map { "/\($0)" }
    }
  }

  /// Blocks until the host has printed or logged such a line.
  @discardableResult
  package func waitForLine(_ isWanted: (String) -> Bool) throws -> String? { try program?.waitForLine(isWanted) }

  /// SIGTERM, and the wait for its end.
  @discardableResult
  package func stop() throws -> ProgramResult? {
    program?.signal(SIGTERM)
    defer { program = nil }
    return try program?.finish()
  }

  package func kill() throws {
    program?.signal(SIGKILL)
    _ = try program?.finish()
    program = nil
  }

  /// Memory that it holds now, in bytes.
  package func residentBytes() throws -> Int {
    let text = try String(contentsOfFile: "/proc/\(pid)/statm", encoding: .utf8)
    return (Int(text.split(separator: " ")[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
  }

  /// The API document of the source tree, the examples as templates, and a page that stands for the web UI.
  private static func share(in folder: TemporaryFolder) throws -> String {
    let share = "\(folder.path)/share"
    guard access(share, F_OK) != 0 else { return share }
    try folder.write("<!doctype html><title>test page</title>", to: "share/web/index.html")
    try FileManager.default.copyItem(
      atPath: "\(Products.sources)/Host/WebAPI/openapi.yaml", toPath: "\(share)/openapi.yaml")
    try FileManager.default.createSymbolicLink(
      atPath: "\(share)/templates", withDestinationPath: "\(Products.sources)/Examples")
    return share
  }

  // MARK: requests

  /// `path` is below /api/v1, unless it begins with `//`, which stands for the root.
  package func ask(
    _ method: String, _ path: String, _ body: JSONValue? = nil, as visitor: Visitor? = nil,
    headers: [(String, String)] = [], bytes: [UInt8]? = nil, headOnly: Bool = false
  ) throws -> HTTPAnswer {
    let connection = try HTTPConnection(port: port)
    var all = (visitor ?? admin).headers + headers
    if body != nil { all.append(("Content-Type", "application/json")) }
    if bytes != nil { all.append(("Content-Type", "application/octet-stream")) }
    try connection.request(
      method, path.hasPrefix("//") ? String(path.dropFirst()) : "/api/v1\(path)", headers: all,
      body: bytes ?? body.map { Array($0.text.utf8) } ?? [])
    // A stream that is refused has an answer with an end.
    let head = try connection.readHead()
    return headOnly && head.status == 200 ? head : try connection.readRest()
  }

  /// The answer's JSON where the status is the expected one.
  @discardableResult
  package func expect(
    _ status: Int, _ method: String, _ path: String, _ body: JSONValue? = nil, as visitor: Visitor? = nil,
    headers: [(String, String)] = [], bytes: [UInt8]? = nil
  ) throws -> JSONValue {
    let answer = try ask(method, path, body, as: visitor, headers: headers, bytes: bytes)
    guard answer.status == status else {
      throw Unexpected("\(method) \(path): \(answer.status) instead of \(status): \(answer.text)")
    }
    return answer.json
  }

  // MARK: people

  /// Signs in with a link as the UI gets it, and sets the password of all tests.
  package func useLink(_ link: String, name: String) throws -> Visitor {
    let token = link.split(separator: "#").last.map(String.init) ?? ""
    let answer = try ask(
      "POST", "/session/link", ["token": .string(token), "password": .string(Self.password)], as: .nobody)
    guard answer.status == 200 else { throw Unexpected("link of \(name): \(answer.text)") }
    return Self.session(answer, name: name)
  }

  package static func session(_ answer: HTTPAnswer, name: String) -> Visitor {
    let cookie = answer.header("Set-Cookie")?.split(separator: ";").first.map(String.init) ?? ""
    return Visitor(
      name: name, headers: [("Cookie", cookie), ("X-CSRF-Token", answer.json["csrf"]?.string ?? "")])
  }

  /// Adds a person, with a role in a project or without any, and signs in.
  package func person(_ name: String, role: String? = nil, in project: String = "default") throws -> Visitor {
    let made = try expect(201, "POST", "/users", ["name": .string(name)])
    if let role {
      try expect(200, "PUT", "/projects/\(project)/members/\(name)", ["role": .string(role)])
    }
    return try useLink(made["link"]?.string ?? "", name: name)
  }

  // MARK: runs

  @discardableResult
  package func save(_ document: String, project: String = "default") throws -> JSONValue {
    try expect(201, "POST", "/pipelines", ["project": .string(project), "document": .string(document)])
  }

  package func run(_ pipeline: String, _ body: JSONValue = [:], headers: [(String, String)] = []) throws -> String {
    try expect(202, "POST", "/pipelines/\(pipeline)/runs", body, headers: headers)["run"]?.string ?? ""
  }

  /// The run once it has ended; events tell when.
  package func finished(_ run: String) throws -> JSONValue {
    let events = try EventReader(self, query: "?types=run.&subject=\(run)&after=0")
    _ = try events.next { $0["type"]?.string == "run.finished" }
    return try expect(200, "GET", "/runs/\(run)")
  }
}
