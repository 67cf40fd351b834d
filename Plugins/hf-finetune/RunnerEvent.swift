// What the Python process says, one JSON line each, and what its failures mean to a person.
import JSONValue
import PluginKit

enum RunnerEvent: Sendable {
  case phase(String)
  case progress(step: Int, of: Int)
  case metric(name: String, value: Double, step: Int)
  case checkpoint(step: Int)
  case resumed(step: Int)
  case estimate(JSONValue)
  case done
  case failed(PluginError)

  /// nil for a line that says nothing to us.
  init?(_ line: String) {
    guard let json = try? JSONValue(parsing: line) else { return nil }
    let step = json["step"]?.int.flatMap { Int(exactly: $0) } ?? 0
    switch json["event"]?.string {
    case "phase": self = .phase(json["name"]?.string ?? "")
    case "progress": self = .progress(step: step, of: Int(json["of"]?.int ?? 0))
    case "metric":
      guard let name = json["name"]?.string, let value = json["value"]?.double else { return nil }
      self = .metric(name: name, value: value, step: step)
    case "checkpoint": self = .checkpoint(step: step)
    case "resumed": self = .resumed(step: step)
    case "estimate":
      var estimate = json.object ?? [:]
      estimate["event"] = nil
      self = .estimate(.object(estimate))
    case "done": self = .done
    case "error": self = .failed(Self.error(json))
    default: return nil
    }
  }

  private static func error(_ json: JSONValue) -> PluginError {
    let code = json["code"]?.string ?? ""
    if code == "cancelled" { return .cancelled }
    var details = json["details"]?.object ?? [:]
    details["vendor_code"] = .string(code)
    let status: PluginError.Status =
      switch code {
      case "config", "diverged": .configuration
      case "data", "base": .data
      case "missing": .unsupported
      case "memory", "disk": .resource
      case "busy": .state
      default: .internal
      }
    let words = json["words"]?.string ?? "the training failed without a word"
    return PluginError(status, words, retryable: code == "disk" || code == "busy", details: details)
  }
}
