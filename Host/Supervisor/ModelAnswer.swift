// An answer of a served model as it comes, in words of JSON: what a page shows and a terminal prints.
package import JSONValue
import Model

package enum ModelAnswer {
  /// {"type", "choice", ...} for an event of the contract (ote_plugin.h). nil for what nobody shows.
  package static func event(choice: Int, kind: UInt32, payload: String) -> JSONValue? {
    var event: [String: JSONValue]
    switch kind {
    case 1: event = ["type": "text", "text": .string(payload)]
    case 2: event = ["type": "reasoning", "text": .string(payload)]
    default:
      guard let type = types[kind], let json = try? JSONValue(parsing: payload), let object = json.object else {
        return nil
      }
      event = object
      event["type"] = .string(type)
    }
    event["choice"] = .int(Int64(choice))
    return .object(event)
  }

  static func isUsage(_ kind: UInt32) -> Bool { types[kind] == "usage" }

  private static let types: [UInt32: String] = [
    3: "tool_call", 4: "usage", 5: "finish", 8: "logprobs", 9: "prompt_logprobs",
  ]
}
