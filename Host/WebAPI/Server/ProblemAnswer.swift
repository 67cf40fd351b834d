// Problems as RFC 9457 answers: the status follows from the code.
import Foundation
import JSONValue
import Model

enum ProblemAnswer {
  static func status(_ problem: Problem) -> Int {
    switch problem.code {
    case .notSignedIn, .signInFailed: 401
    case .notAllowed, .signInNotAllowed: 403
    case .nothingHere, .runNotFound, .datasetNotFound, .pluginNotFound, .modelNotFound, .connectionNotFound,
      .evaluationNotFound:
      404
    case .nameTaken, .wrongState, .resumeImpossible, .missingPlugin, .uploadMismatch, .idempotencyKeyReused,
      .pluginDisabled, .duplicatePlugin, .kindNotRunnable, .secretUnavailable, .signInLost, .stillReferred:
      409
    case .editConflict: 412
    case .requestTooLarge, .documentTooLarge: 413
    case .editConditionMissing: 428
    case .tooManyAttempts, .budgetSpent: 429
    case .diskFull: 507
    case .identityProviderFailed, .identityAnswerInvalid: 502
    case .timedOut, .pluginStalled, .wallLimit: 504
    case .hostBusy, .storeUnreadable: 503
    case .hostFailed, .auditBroken, .workerProtocolBroken: 500
    default: byOrigin(problem)
    }
  }

  private static func byOrigin(_ problem: Problem) -> Int {
    switch problem.origin {
    case .user: 422
    case .plugin, .external: 502
    case .host: 503
    }
  }

  /// `status` stands where HTTP has a word that no code has: 405 and 415.
  static func answer(_ problem: Problem, status: Int? = nil) -> Answer { answer(Problems([problem]), status: status) }

  static func answer(_ problems: Problems, status wanted: Int? = nil) -> Answer {
    let first = problems.all.first ?? Problem(.hostFailed, "a failure without a problem")
    let status = wanted ?? status(first)
    var body = fields(first, status: status)
    if problems.all.count > 1 {
      body["problems"] = .array(
        problems.all.map { problem in
          var entry = (try? JSONValue(encoding: problem).object) ?? [:]
          entry["status"] = .int(Int64(self.status(problem)))
          return .object(entry)
        })
    }
    var answer = Answer(
      status: status, content: .bytes(Array(JSONValue.object(body).text.utf8), type: "application/problem+json"))
    if let seconds = first.retryAfterSeconds { answer.headers.append(("Retry-After", "\(seconds)")) }
    if status == 401 { answer.headers.append(("WWW-Authenticate", "Bearer")) }
    return answer
  }

  /// A problem as it stands in an answer.
  static func fields(_ problem: Problem, status: Int) -> [String: JSONValue] {
    var body = (try? JSONValue(encoding: problem).object) ?? [:]
    body["status"] = .int(Int64(status))
    body["type"] = .string("/docs/problems/\(problem.code.rawValue)")
    return body
  }

  /// Anything that a route throws. What is no problem is a fault of ours, and its text stays in the log.
  static func answer(throwing error: any Error, log: (String) -> Void) -> Answer {
    switch error {
    case let problem as Problem: return answer(problem)
    case let problems as Problems: return answer(problems)
    case let body as UnsupportedBody:
      return answer(
        Problem(.requestInvalid, "the body is '\(body.type)'; this route takes application/json"), status: 415)
    default:
      log("\(error)")
      return answer(Problem(.hostFailed, "the host failed while it answered; its log says more"))
    }
  }
}
