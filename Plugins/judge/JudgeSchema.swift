// What the component says about itself: ports, form and docs.
import JSONValue
import PluginKit

enum JudgeSchema {
  static let descriptor = ComponentDescriptor(
    "evaluate", title: "Model as judge",
    summary: "A bound model scores answers by a rubric, or says which of two is better; missing verdicts stay missing.",
    docs: docs, inputs: [.table("rows"), .model("model")], outputs: [.table("rows"), .report()],
    config: ["type": "object", "additionalProperties": false, "properties": .object(properties)],
    examples: [
      Example(
        "A rubric with two criteria",
        config: [
          "mode": "rubric", "repeats": 2,
          "criteria": [
            ["name": "correct", "description": "Is what the answer says true?", "low": 1, "high": 5],
            ["name": "brief", "description": "Does it say no more than was asked?", "low": 1, "high": 3],
          ],
        ]),
      Example(
        "Which of two answers is better",
        config: ["mode": "pairwise", "answer": "base", "other": "tuned", "reference": "expected"]),
    ])

  private static var properties: [String: JSONValue] {
    var order: Int64 = 0
    func field(_ object: JSONValue, _ group: String, when mode: String? = nil, advanced: Bool = false) -> JSONValue {
      order += 1
      var object = object.object ?? [:]
      object["x-order"] = .int(order)
      object["x-group"] = .string(group)
      object["x-visible-when"] = mode.map { ["mode": .string($0)] }
      if advanced { object["x-advanced"] = true }
      return .object(object)
    }
    return [
      "mode": field(
        ["type": "string", "title": "Mode", "enum": ["rubric", "pairwise"], "default": "rubric"], "Judging"),
      "criteria": field(criteria, "Judging", when: "rubric"),
      "instructions": field(
        [
          "type": "string", "title": "Instructions", "format": "multiline",
          "description": "What the judge should look at, in your words.",
        ], "Judging"),
      "question": field(column("Question", "question", "What was asked."), "Columns"),
      "answer": field(column("Answer", "answer", "What is judged; in pairwise mode the first answer, a."), "Columns"),
      "other": field(column("Other answer", "answer_b", "The second answer, b."), "Columns", when: "pairwise"),
      "reference": field(column("Reference", nil, "A right answer, for the judge to compare with."), "Columns"),
      "label": field(
        column("Label", nil, "What people found better: a, b or tie. Criteria name their own columns."), "Columns",
        when: "pairwise"),
      "repeats": field(
        [
          "type": "integer", "title": "Repeats", "default": 1, "minimum": 1, "maximum": 20,
          "description":
            "How often each question is put, with another seed; from two on the judge's agreement with itself is told.",
        ], "Judging"),
      "temperature": field(
        ["type": "number", "title": "Temperature", "default": 0, "minimum": 0, "maximum": 5], "Judging", advanced: true),
      "max_tokens": field(
        ["type": "integer", "title": "Tokens", "default": 512, "minimum": 16, "maximum": 8192], "Judging",
        advanced: true),
      "parallel": field(
        ["type": "integer", "title": "Calls at once", "default": 4, "minimum": 1, "maximum": 64], "Judging",
        advanced: true),
      "resamples": field(
        ["type": "integer", "title": "Resamples", "default": 1000, "minimum": 100, "maximum": 20000], "Figures",
        advanced: true),
      "level": field(
        ["type": "number", "title": "Level", "default": 0.95, "minimum": 0.5, "maximum": 0.999], "Figures",
        advanced: true),
      "seed": field(
        ["type": "integer", "title": "Seed", "default": 1, "minimum": 0, "maximum": 9007199254740991], "Figures",
        advanced: true),
    ]
  }

  private static func column(_ title: String, _ usual: String?, _ description: String) -> JSONValue {
    var object: [String: JSONValue] = [
      "type": "string", "title": .string(title), "description": .string(description), "minLength": 1,
      "x-widget": "column",
    ]
    object["default"] = usual.map { .string($0) }
    return .object(object)
  }

  private static let criteria: JSONValue = [
    "type": "array", "title": "Criteria", "minItems": 1, "maxItems": 20,
    "items": [
      "type": "object", "additionalProperties": false, "required": ["name", "description"],
      "properties": [
        "name": ["type": "string", "title": "Name", "pattern": "^[a-z][a-z0-9_]{0,40}$"],
        "description": ["type": "string", "title": "What is asked", "minLength": 1],
        "low": ["type": "integer", "title": "Lowest score", "default": 1],
        "high": ["type": "integer", "title": "Highest score", "default": 5],
        "levels": [
          "type": "array", "title": "Levels",
          "items": [
            "type": "object", "additionalProperties": false, "required": ["score", "description"],
            "properties": [
              "score": ["type": "integer", "title": "Score"], "description": ["type": "string", "title": "When"],
            ],
          ],
        ],
        "label": [
          "type": "string", "title": "Column of people's scores", "x-widget": "column", "minLength": 1,
        ],
      ],
    ],
  ]

  private static let docs = """
    The bound model is shown the question, the answer and, where there is one, the reference, and answers with a JSON object:
    a score and a reason for each criterion, or which of two answers is better. The schema is asked of the provider; one that
    knows no schemas is read strictly.

    - A verdict that cannot be read, is off the scale, or never came is **missing**: it counts in `missing_rate` and in nothing
      else. It is never zero.
    - **Pairwise** puts every pair twice, in both orders. Only what wins in both is a win; if the orders disagree, the pair is
      *inconsistent*, which is counted by itself (`position_disagreement`).
    - With `repeats` the judge's agreement with itself is Krippendorff's alpha: interval for scores, nominal for pairs. 1 is
      perfect, 0 is chance.
    - With people's labels the agreement with them is told: alpha and the share of equal verdicts, for pairs also Cohen's kappa.
    - The judged text is data: it stands between fences that it cannot contain, and the judge is told to follow nothing in it.
      Only the judge's own answer is parsed. That does not make a judge incorruptible: look at the reasons.

    Intervals are bootstrap intervals over rows with a seed.
    """
}
