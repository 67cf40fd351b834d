// The HTTP side of `ote serve`: finds the operation, the caller and the project, checks all three, and calls the route.
import Accounts
package import ControlPlane
import Foundation
import HTTPTypes
import Hummingbird
import JSONValue
import Logging
import MetadataStore
package import Model
import NIOCore
import ServiceLifecycle
import Telemetry
import UnixSignals
import WorkerProtocol

typealias Route = @Sendable (Call) async throws -> Answer

package struct WebServer: Sendable {
  static let bodyBytesMax = 4 << 20

  let plane: ControlPlane
  let document: APIDocument
  let table: RouteTable
  let routes: [String: Route]
  let check: RequestCheck
  let authentication: Authentication
  let files: StaticFiles
  let kept: KeptAnswers
  private var log: Logger { plane.telemetry.log }

  /// Throws OTE-5004 where the document and the routes differ: one of them would be a lie.
  package init(_ plane: ControlPlane, document: APIDocument, webFolder: String) throws(Problem) {
    self.plane = plane
    self.document = document
    table = RouteTable(document.operations)
    check = RequestCheck(document: document)
    authentication = Authentication(metadata: plane.metadata)
    files = StaticFiles(folder: webFolder)
    kept = try KeptAnswers(plane.metadata)
    routes = AllRoutes.make(plane, document, plane.telemetry.log)
    let known = Set(document.operations.map(\.id))
    let missing = known.subtracting(routes.keys).sorted()
    let extra = Set(routes.keys).subtracting(known).sorted()
    guard missing.isEmpty, extra.isEmpty else {
      throw APIDocument.broken("without a route: \(missing); without an operation: \(extra)")
    }
  }

  /// What answers still take when the host is asked to end; then they are cut.
  private static let closingSeconds = 2

  /// Serves until SIGTERM or SIGINT. `ready` is called with the port once connections are taken.
  package func run(host: String, port: Int, ready: @escaping @Sendable (Int) -> Void) async throws {
    var quiet = log
    quiet.logLevel = .error
    let application = Application(
      responder: CallbackResponder { request, context in await respond(request, context) },
      configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: nil, backlog: 1024),
      onServerRunning: { channel in
        // Four a turn is the default: of a thousand that come at once, the last would wait for the answers to the first.
        try? await channel.setOption(ChannelOptions.maxMessagesPerRead, value: 256).get()
        ready(channel.localAddress?.port ?? port)
      }, logger: quiet)
    var group = ServiceGroupConfiguration(
      services: [application], gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
    group.maximumGracefulShutdownDuration = .seconds(Self.closingSeconds)
    // What had to be cut may say so: the host ended all the same as it was asked to.
    do { try await ServiceGroup(configuration: group).run() } catch is CancellationError {}
  }

  @Sendable private func respond(_ request: Request, _ context: ConnectionContext) async -> Response {
    var note = RequestNote(method: request.method.rawValue)
    let path = request.uri.path
    var answer: Answer
    if path.hasPrefix("/api/v1/") || path == "/api/v1" {
      note.beginSpan(plane.telemetry.traces, traceparent: request.headers[HTTPField.Name("traceparent")!])
      answer = await TraceContext.$current.withValue(note.span) { await call(request, context, path, &note) }
    } else {
      answer = await page(request, path, &note)
    }
    let status = answer.status ?? 200
    note.tell(status: status, to: plane.telemetry)
    if request.method == .head { answer.content = .none }
    return Self.response(answer, status: status)
  }

  private func page(_ request: Request, _ path: String, _ note: inout RequestNote) async -> Answer {
    if ["/healthz", "/readyz", "/metrics"].contains(path) { note.template = path }
    switch path {
    case "/healthz": return Answer(content: .bytes(Array("ok\n".utf8), type: "text/plain"))
    case "/readyz": return Readiness.answer(plane)
    case "/metrics":
      return await metrics()
    default:
      guard request.method == .get || request.method == .head else {
        return ProblemAnswer.answer(Problem(.nothingHere, "pages are only read"))
      }
      return files.answer(
        path, acceptsGzip: request.headers[.acceptEncoding]?.contains("gzip") ?? false,
        etag: request.headers[.ifNoneMatch])
    }
  }

  /// Off the event loop, as it asks the store.
  private func metrics() async -> Answer {
    do {
      let text = try await BlockingWork.run { [plane] in MetricsPage.text(plane) }
      return Answer(content: .bytes(Array(text.utf8), type: MetricsText.contentType))
    } catch { return ProblemAnswer.answer(throwing: error) { log.error("/metrics: \($0)") } }
  }

  private func call(
    _ request: Request, _ context: ConnectionContext, _ path: String, _ note: inout RequestNote
  ) async -> Answer {
    note.template = "none"
    let segments = path.dropFirst("/api/v1".count).split(separator: "/").map {
      String($0).removingPercentEncoding ?? String($0)
    }
    switch table.match(segments, method: request.method.rawValue) {
    case .nothing:
      return ProblemAnswer.answer(Problem(.nothingHere, "the API has no \(path)"))
    case .otherMethods(let methods):
      var answer = ProblemAnswer.answer(
        Problem(.nothingHere, "\(path) takes \(methods.joined(separator: ", ")), not \(request.method.rawValue)"),
        status: 405)
      answer.headers.append(("Allow", methods.joined(separator: ", ")))
      return answer
    case .found(let operation, let values):
      note.template = "/api/v1\(operation.path)"
      do {
        return try await serve(operation, values, request, context, &note)
      } catch {
        return ProblemAnswer.answer(throwing: error) { log.error("\(operation.id): \($0)") }
      }
    }
  }

  private func serve(
    _ operation: Operation, _ values: [String: String], _ request: Request, _ context: ConnectionContext,
    _ note: inout RequestNote
  ) async throws -> Answer {
    let moment = try kept.moment()
    let caller = try kept.caller(request.headers, at: moment) { () throws(Problem) in
      try authentication.caller(request.headers)
    }
    note.user = caller?.user.name
    if operation.access != .public, caller == nil {
      throw Problem(.notSignedIn, "\(operation.id) needs somebody who is signed in")
    }
    try Authentication.checkOrigin(
      caller, method: request.method.rawValue, authority: request.head.authority, headers: request.headers)
    if operation.access == .admin, caller?.isHostAdmin != true {
      throw Problem(.notAllowed, "only an admin of the host may do this", next: "Ask an admin of the host.")
    }
    guard let key = kept.key(operation, caller, uri: request.uri.string, request.headers) else {
      return try await answer(operation, values, caller, request, context)
    }
    return try await kept.answer(key, at: moment) {
      try await answer(operation, values, caller, request, context)
    }
  }

  private func answer(
    _ operation: Operation, _ values: [String: String], _ caller: Caller?, _ request: Request,
    _ context: ConnectionContext
  ) async throws -> Answer {
    let query = request.uri.queryParameters.map { (String($0.key), String($0.value)) }
    let parameters = try check.parameters(of: operation, path: values, query: query) { name in
      HTTPField.Name(name).flatMap { request.headers[$0] }
    }
    let body = try await readBody(operation, request)
    let project = try ProjectOfRequest(plane.metadata).find(operation, parameters, body)
    try Self.authorize(operation, caller, project)
    let call = Call(
      operation: operation, parameters: parameters, body: body, bytes: operation.takesBytes ? request.body : nil,
      optionalCaller: caller, project: project, address: context.address, authority: request.head.authority,
      headers: request.headers, plane: plane)
    guard let route = routes[operation.id] else { throw APIDocument.broken("\(operation.id) has no route") }
    var answer = try await Idempotency(plane.metadata).once(call, route)
    answer.status = answer.status ?? operation.successStatus
    return answer
  }

  private func readBody(_ operation: Operation, _ request: Request) async throws -> JSONValue {
    guard operation.bodySchema != nil, !operation.takesBytes else { return .null }
    let type = request.headers[.contentType] ?? ""
    guard type.lowercased().hasPrefix("application/json") else { throw UnsupportedBody(type: type) }
    let buffer: ByteBuffer
    do {
      buffer = try await request.body.collect(upTo: Self.bodyBytesMax)
    } catch is NIOTooManyBytesError {
      throw Problem(.requestTooLarge, "a body may have \(Self.bodyBytesMax >> 20) MiB")
    }
    return try check.body(of: operation, bytes: Array(buffer.readableBytesView))
  }

  /// Deny by default: what the document does not grant is refused. A stranger does not learn what exists.
  private static func authorize(_ operation: Operation, _ caller: Caller?, _ project: String?) throws(Problem) {
    guard let needed = operation.access.role else { return }
    guard let project, let role = caller?.role(in: project) else {
      throw Problem(.nothingHere, "there is nothing like that in your projects")
    }
    guard role >= needed else {
      throw Problem(.notAllowed, "this needs the role \(needed.rawValue) in \(project); yours is \(role.rawValue)")
    }
  }

  private static func response(_ answer: Answer, status: Int) -> Response {
    var fields = HTTPFields()
    for (name, value) in SecurityHeaders.all + answer.headers {
      if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
    }
    func set(_ name: HTTPField.Name, _ value: String) { if fields[name] == nil { fields[name] = value } }
    var body = ResponseBody()
    switch answer.content {
    case .none: break
    case .json(let bytes):
      set(.contentType, "application/json")
      body = ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
    case .bytes(let bytes, let type):
      set(.contentType, type)
      body = ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
    case .stream(let stream, let type):
      set(.contentType, type)
      body = stream
    }
    set(.cacheControl, "no-store")
    set(HTTPField.Name("Content-Security-Policy")!, SecurityHeaders.data)
    return Response(status: .init(code: status), headers: fields, body: body)
  }
}

/// A body that is not JSON: 415, which no problem code of its own stands for.
struct UnsupportedBody: Error { let type: String }
