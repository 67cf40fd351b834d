// The configuration as a form: fields, limits, defaults.
import JSONValue

enum SettingsSchema {
  /// Keys that the Python process does not see.
  static let ours = [
    "data_format", "messages_column", "tools_column", "prompt_column", "completion_column", "text_column", "base_path",
    "python", "cache_folder",
  ]

  /// Whole numbers and the least they may be.
  static let integers: [String: Int64] = [
    "max_length": 8, "max_steps": 0, "batch_size": 1, "gradient_accumulation": 1, "r": 1, "alpha": 1, "seed": 0,
    "log_every": 1, "evaluate_every": 0, "checkpoint_every": 0, "patience": 0, "processes": 1,
  ]

  static let numbers: [String: Double] = [
    "epochs": 0, "learning_rate": 0, "warmup_steps": 0, "weight_decay": 0, "max_grad_norm": 0, "dropout": 0,
    "min_improvement": 0,
  ]

  static let words: [String: [String]] = [
    "method": ["lora", "qlora"], "loss_on": ["answers", "everything"],
    "scheduler": ["linear", "cosine", "constant", "constant_with_warmup"], "device": ["auto", "cpu", "cuda"],
    "dtype": ["auto", "float32", "bfloat16"], "gguf": ["auto", "always", "never"],
  ]

  /// Of every key that has one.
  static let defaults: [String: JSONValue] = fields.reduce(into: [:]) { defaults, field in
    defaults[field.key] = field.schema["default"]
  }

  static var schema: JSONValue {
    [
      "type": "object", "additionalProperties": false, "x-order": .array(fields.map { .string($0.key) }),
      "properties": .object(Dictionary(uniqueKeysWithValues: fields.map { ($0.key, $0.schema) })),
    ]
  }

  struct Field {
    var key: String
    var schema: JSONValue
  }

  static let fields: [Field] = method + data + training + evaluation + machine

  private static func field(
    _ key: String, _ title: String, _ help: String, _ value: JSONValue, group: String, advanced: Bool = false,
    _ more: [String: JSONValue] = [:]
  ) -> Field {
    var schema: [String: JSONValue] = [
      "title": .string(title), "description": .string(help), "x-group": .string(group),
    ]
    if !value.isNull { schema["default"] = value }
    if advanced { schema["x-advanced"] = true }
    if let least = integers[key] {
      schema["type"] = "integer"
      schema["minimum"] = .int(least)
    } else if let least = numbers[key] {
      schema["type"] = "number"
      schema["minimum"] = .double(least)
    } else if let words = words[key] {
      schema["type"] = "string"
      schema["enum"] = .array(words.map { .string($0) })
    }
    return Field(key: key, schema: .object(schema.merging(more) { _, new in new }))
  }

  private static let method = [
    field(
      "method", "Method", "LoRA trains small matrices beside the base; QLoRA does so on a base held in 4 bits (NF4).",
      "lora", group: "Method"),
    field("r", "Rank", "More learns more and needs more memory.", 16, group: "Method"),
    field("alpha", "Alpha", "The adapter's weight is alpha / rank.", 32, group: "Method"),
    field("dropout", "Dropout", "Of the adapter's input.", 0.05, group: "Method", ["exclusiveMaximum": 1]),
    field(
      "target_modules", "Target modules", "all-linear, or names such as q_proj, v_proj.", "all-linear", group: "Method",
      advanced: true,
      [
        "anyOf": [
          ["const": "all-linear"], ["type": "array", "minItems": 1, "items": ["type": "string", "minLength": 1]],
        ]
      ]),
  ]

  private static let text: [String: JSONValue] = ["type": "string", "minLength": 1]

  private static let data = [
    field(
      "data_format", "Rows hold", "auto looks at the columns: messages, else prompt and completion, else text.", "auto",
      group: "Data", ["type": "string", "enum": ["auto", "chat", "completion", "text"]]),
    field(
      "messages_column", "Messages column", "A list of {role, content}, or the same as JSON text.", "messages",
      group: "Data", advanced: true, text),
    field(
      "tools_column", "Tools column", "Descriptions of tools for the chat template, as JSON; used where it is there.",
      "tools", group: "Data", advanced: true, text),
    field("prompt_column", "Prompt column", "", "prompt", group: "Data", advanced: true, text),
    field("completion_column", "Completion column", "", "completion", group: "Data", advanced: true, text),
    field("text_column", "Text column", "", "text", group: "Data", advanced: true, text),
    field(
      "loss_on", "Learn from", "answers: the assistant's messages, or the completion. everything: prompts as well.",
      "answers", group: "Data"),
    field("max_length", "Longest row", "What is longer is cut at the end.", 1024, group: "Data", ["x-unit": "tokens"]),
    field(
      "packing", "Packing", "Puts several short rows into one sequence; they do not see each other.", false,
      group: "Data", ["type": "boolean"]),
  ]

  private static let training = [
    field("epochs", "Epochs", "How often all rows are gone through.", 1, group: "Training"),
    field("max_steps", "Steps at most", "0: as many as the epochs have.", 0, group: "Training"),
    field("batch_size", "Batch size", "Rows at once on each process.", 4, group: "Training", ["x-unit": "rows"]),
    field(
      "gradient_accumulation", "Gradient accumulation", "Batches for one step of the optimiser.", 1, group: "Training"),
    field("learning_rate", "Learning rate", "", 0.0002, group: "Training", ["exclusiveMinimum": 0]),
    field("scheduler", "Schedule", "How the learning rate goes on.", "linear", group: "Training", advanced: true),
    field(
      "warmup_steps", "Warm-up", "Steps; a number below 1 is a share of all.", 0.03, group: "Training", advanced: true),
    field("weight_decay", "Weight decay", "", 0, group: "Training", advanced: true),
    field("max_grad_norm", "Gradient clipping", "0: none.", 1, group: "Training", advanced: true),
    field("seed", "Seed", "Of everything that is random.", 42, group: "Training"),
  ]

  private static let evaluation = [
    field(
      "evaluate_every", "Evaluate every", "0: five times in all. Needs the input validation.", 0, group: "Evaluation",
      ["x-unit": "steps"]),
    field(
      "patience", "Early stopping", "Evaluations without a better loss before it stops; 0: never. Needs validation.", 0,
      group: "Evaluation"),
    field("min_improvement", "Least improvement", "What counts as better.", 0, group: "Evaluation", advanced: true),
    field("log_every", "Log every", "", 1, group: "Evaluation", advanced: true, ["x-unit": "steps"]),
    field(
      "checkpoint_every", "Checkpoint every", "A stopped or killed training goes on from the last one; 0: none.", 50,
      group: "Evaluation", ["x-unit": "steps"]),
  ]

  private static let machine = [
    field("device", "Device", "", "auto", group: "Machine"),
    field(
      "processes", "Processes", "More than one train together by torchrun: one for each GPU.", 1, group: "Machine",
      advanced: true),
    field(
      "dtype", "Numbers", "auto: bfloat16 on a GPU that has it, else float32.", "auto", group: "Machine", advanced: true
    ),
    field(
      "gradient_checkpointing", "Recompute activations", "Less memory, a third slower.", false, group: "Machine",
      advanced: true, ["type": "boolean"]),
    field(
      "gguf", "Adapter as GGUF", "For llama.cpp. auto: where its converter is installed.", "auto", group: "Machine",
      advanced: true),
    field(
      "base_path", "Base model", "A Hugging Face folder or a GGUF file, where no model is connected.", .null,
      group: "Machine", ["type": "string", "minLength": 1, "x-widget": "path"]),
    field(
      "python", "Python", "An interpreter that has the packages; else the one of Scripts/setup-training.sh.", .null,
      group: "Machine", advanced: true, ["type": "string", "minLength": 1, "x-widget": "path"]),
    field(
      "cache_folder", "Working folder", "Where checkpoints and de-quantised bases lie.", .null, group: "Machine",
      advanced: true, ["type": "string", "minLength": 1, "x-widget": "path"]),
  ]
}
