// Fields that both stages' forms have, and short ways to write fields.
import JSONValue

enum FormParts {
  static func number(
    _ title: String, _ description: String, _ minimum: Double, _ maximum: Double, group: String, advanced: Bool = false
  ) -> JSONValue {
    field(
      title, description, group, advanced, ["type": "number", "minimum": .double(minimum), "maximum": .double(maximum)])
  }

  static func count(
    _ title: String, _ description: String, group: String, minimum: Int = 1, unit: String? = nil, advanced: Bool = false
  ) -> JSONValue {
    var field = field(title, description, group, advanced, ["type": "integer", "minimum": .int(Int64(minimum))])
    if let unit, case .object(var object) = field {
      object["x-unit"] = .string(unit)
      field = .object(object)
    }
    return field
  }

  private static func field(
    _ title: String, _ description: String, _ group: String, _ advanced: Bool, _ more: [String: JSONValue]
  ) -> JSONValue {
    var object = more
    object["title"] = .string(title)
    if !description.isEmpty { object["description"] = .string(description) }
    object["x-group"] = .string(group)
    if advanced { object["x-advanced"] = true }
    return .object(object)
  }

  static let retries: [String: JSONValue] = [
    "retries": [
      "type": "object", "title": "Retries", "additionalProperties": false, "x-group": "Errors", "x-advanced": true,
      "description": "Only after failures that may pass: time-outs, too many requests, a line that broke.",
      "properties": [
        "attempts": ["type": "integer", "title": "Attempts in all", "minimum": 1, "maximum": 20, "default": 4],
        "first_wait": ["type": "number", "title": "First wait", "minimum": 0, "default": 0.5, "x-unit": "s"],
        "longest_wait": ["type": "number", "title": "Longest wait", "minimum": 0, "default": 30, "x-unit": "s"],
      ],
    ],
    "cache": [
      "type": "object", "title": "Cache", "additionalProperties": false, "x-group": "Effort", "x-advanced": true,
      "properties": [
        "use": [
          "type": "string", "title": "Kept", "enum": ["state", "folder", "off"],
          "description": """
          state (where no folder is named): with this node, the answers of the last run and of those that failed \
          since. folder: for all pipelines that name it, until somebody removes it.
          """,
        ],
        "folder": [
          "type": "string", "title": "Folder", "x-widget": "path", "x-visible-when": ["use": "folder"],
          "description": "Absolute.",
        ],
      ],
    ],
  ]
}
