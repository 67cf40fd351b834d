// The one place through which every call into a plugin goes: it notes who is inside, and turns a failed call into a
// problem with blame.
package import CPluginABI
package import CWorker
package import JSONValue
package import Model

/// Who is called: for blame in the shared page and in problems.
package struct Callee: Sendable {
  package var index: Int32
  package var node: String?
  package var plugin: String
  package init(index: Int32, node: String?, plugin: String) {
    self.index = index
    self.node = node
    self.plugin = plugin
  }
}

/// Calls into a plugin. Throws the plugin's own error as a problem; answers the status otherwise.
@discardableResult
package func enter(
  _ callee: Callee, _ call: ote_call, _ body: (UnsafeMutablePointer<ote_error>) -> ote_status
) throws(Problem) -> ote_status {
  let sink = ErrorSink()
  ote_boundary_enter(callee.index, Int32(call.rawValue))
  let status = body(sink.pointer)
  ote_boundary_leave()
  if let problem = problem(status, sink, callee, call) { throw problem }
  return status
}

/// nil when the call went well and kept the contract.
package func problem(_ status: ote_status, _ sink: ErrorSink, _ callee: Callee, _ call: ote_call) -> Problem? {
  func broken(_ what: String) -> Problem {
    Problem(.contractBroken, "\(name(of: call)) \(what)", node: callee.node, plugin: callee.plugin)
  }
  if status >= 0 {
    return sink.sets == 0 ? nil : broken("reported an error ('\(sink.message)') and returned \(status) all the same")
  }
  guard sink.sets > 0 else { return broken("failed with status \(status) and gave no reason") }
  guard sink.sets == 1 else { return broken("reported \(sink.sets) errors at once, the first: \(sink.message)") }
  return problem(
    status, sink.message, details: sink.details, retryable: sink.retryable, callee, isRequest: isRequest(call))
}

/// Whether what a model is given was written by whoever asks it, not by the host.
private func isRequest(_ call: ote_call) -> Bool {
  call == OTE_CALL_GENERATE || call == OTE_CALL_EMBED || call == OTE_CALL_COUNT_TOKENS
}

/// A plugin's own words as a problem. `isRequest`: about what a model was asked for.
package func problem(
  _ status: ote_status, _ message: String, details: JSONValue, retryable: Bool, _ callee: Callee,
  isRequest: Bool = false
) -> Problem {
  let (code, origin) =
    isRequest && status == ote_status(OTE_E_INVALID_ARG)
    ? (.requestRefused, ProblemOrigin.user) : blame(status)
  var problem = Problem(
    code, message, origin: origin, node: callee.node, plugin: callee.plugin, retryable: retryable)
  let location = ProblemLocation(
    file: details["file"]?.string, line: details["line"]?.int.map { Int($0) },
    column: details["column"]?.int.map { Int($0) }, pointer: details["path"]?.string)
  if location != ProblemLocation() { problem.at = location }
  if let next = details["next"]?.string { problem.next = next }
  // A fused query runs inside the last of its nodes: the plugin says which one is meant. The caller checks it.
  if let node = details["node"]?.string, !node.isEmpty { problem.node = node }
  // ENOSPC and EDQUOT: the words for a full disk are the same whoever ran into it.
  let full = status == ote_status(OTE_E_RESOURCE) && [28, 122].contains(details["vendor_code"]?.int ?? 0)
  if full || details["errno"]?.int == 28 { problem.code = .diskFull }
  return problem
}

private func blame(_ status: ote_status) -> (ProblemCode, ProblemOrigin) {
  switch status {
  case ote_status(OTE_E_INVALID_ARG): (.pluginFailed, .host)
  case ote_status(OTE_E_CONFIG): (.configurationRefused, .user)
  case ote_status(OTE_E_UNSUPPORTED): (.unsupported, .user)
  case ote_status(OTE_E_NOT_FOUND): (.notFound, .user)
  case ote_status(OTE_E_DENIED): (.permissionDenied, .user)
  case ote_status(OTE_E_CANCELLED): (.cancelled, .user)
  case ote_status(OTE_E_TIMEOUT): (.timedOut, .external)
  case ote_status(OTE_E_IO): (.inputOutputFailed, .external)
  case ote_status(OTE_E_DATA): (.badData, .user)
  case ote_status(OTE_E_RESOURCE): (.resourceExhausted, .external)
  case ote_status(OTE_E_STATE): (.stateUnreadable, .plugin)
  case ote_status(OTE_E_AUTH): (.authenticationFailed, .user)
  default: (.pluginFailed, .plugin)
  }
}

private func name(of call: ote_call) -> String {
  switch call {
  case OTE_CALL_SETUP: "setup"
  case OTE_CALL_DESCRIBE: "describe"
  case OTE_CALL_CREATE: "create"
  case OTE_CALL_BIND: "bind"
  case OTE_CALL_OPEN: "open"
  case OTE_CALL_GET_SCHEMA: "get_schema"
  case OTE_CALL_GET_NEXT: "get_next"
  case OTE_CALL_BEGIN: "begin"
  case OTE_CALL_OBSERVE: "observe"
  case OTE_CALL_FINISH: "finish"
  case OTE_CALL_WRITE: "write"
  case OTE_CALL_COMMIT: "commit"
  case OTE_CALL_ABORT: "abort"
  case OTE_CALL_CHECK: "check"
  case OTE_CALL_LIST: "list"
  case OTE_CALL_LOAD: "load"
  case OTE_CALL_GENERATE: "generate"
  case OTE_CALL_EMBED: "embed"
  case OTE_CALL_COUNT_TOKENS: "count_tokens"
  case OTE_CALL_TRAIN: "train"
  case OTE_CALL_EVALUATE: "evaluate"
  case OTE_CALL_RUN: "run"
  case OTE_CALL_NOTIFY: "notify"
  case OTE_CALL_SAVE: "save"
  case OTE_CALL_RESTORE: "restore"
  default: "a call"
  }
}
