// A create that is sent twice with one key happens once: the second gets the first one's answer.
import Crypto
import JSONValue
import MetadataStore
import Model

struct Idempotency: Sendable {
  private let metadata: MetadataStore
  init(_ metadata: MetadataStore) { self.metadata = metadata }

  func once(_ call: Call, _ route: Route) async throws -> Answer {
    guard call.operation.takesIdempotencyKey, let key = call.text("Idempotency-Key"), !key.isEmpty else {
      return try await route(call)
    }
    let user = try call.caller.user.name
    let digest = Self.digest(call)
    switch try metadata.beginRequest(key: key, user: user, digest: digest) {
    case .answered(let status, _, let body):
      return Answer(status: status, content: body.map { .json(Array($0.utf8)) } ?? .none)
    case .inProgress:
      throw Problem(.hostBusy, "the same request is being carried out", retryable: true)
    case .new: break
    }
    do {
      let answer = try await route(call)
      var body: String?
      if case .json(let bytes) = answer.content { body = String(decoding: bytes, as: UTF8.self) }
      let status = answer.status ?? call.operation.successStatus
      try metadata.finishRequest(key: key, user: user, status: status, location: nil, body: body)
      return answer
    } catch {
      try? metadata.abandonRequest(key: key, user: user)
      throw error
    }
  }

  private static func digest(_ call: Call) -> String {
    let path = call.parameters.filter { $0.key != "Idempotency-Key" }
    let text = "\(call.operation.id)\n\(JSONValue.object(path).text)\n\(call.body.text)"
    return SHA256.hash(data: Array(text.utf8)).map { String($0, radix: 16) }.joined(separator: "-")
  }
}
