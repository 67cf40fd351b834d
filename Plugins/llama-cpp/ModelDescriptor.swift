// What the host reads about the provider: form, docs, examples.
import JSONValue
import PluginKit

extension ModelProvider {
  static let descriptor = ComponentDescriptor(
    "model", title: "Local model (llama.cpp)",
    summary: "Serves a GGUF language model in this process: text, JSON by schema, log-probabilities, embeddings.",
    docs: docs, inputs: [.model(required: false)], outputs: [.model()], config: schema,
    examples: [
      Example("A model from a file", config: ["path": "/models/SmolLM2-135M-Instruct.Q4_1.gguf"]),
      Example(
        "A base with a LoRA adapter", config: ["path": "/models/base.gguf", "adapter": "/models/tuned-lora.gguf"]),
      Example("Long prompts, one at a time", config: ["path": "/models/base.gguf", "context": 8192, "parallel": 1]),
    ],
    concurrency: ["generate": 8])

  private static let docs = """
    Runs a model in GGUF form with llama.cpp's library, on the CPU, in the worker's own process. The library is built once \
    by `Scripts/setup-llama.sh`.

    The model is the file at `path`, or what is connected to the input `model`: a model of format `gguf`, or a LoRA adapter \
    (`gguf-lora`) whose document names its base. Set `path` to the base where the document does not.

    **Requests.** Messages go through the chat template that the model brings. Without `temperature` the likeliest token is \
    taken each time. Up to eight requests are computed together; the same request alone and beside others gives the same \
    answer up to the rounding of floats. One request at a time with the same seed gives the same answer always. A prompt \
    that does not fit the context is refused before anything is computed, with the counts.

    **JSON.** `format: {type: json_schema}` becomes a grammar, so every finished answer fits. Keywords that a grammar cannot \
    enforce (`minimum`, `pattern`, `additionalProperties: true` ...) are refused by name. Keys come in the order of \
    `required`, then by name. With a small `max_tokens` an answer may still be cut off: its reason is then `length`.

    **Log-probabilities** are those of the model itself, before temperature and grammar. With `continuation`, prompt and \
    continuation are split into tokens together, as lm-evaluation-harness does.

    **Adapters.** Requests with different adapters are computed one group after another. Nothing computed for one request is \
    reused for another, so a change of adapter never leaves a trace. An adapter of another base is refused.

    Tools are refused: describe functions in a message and constrain the answer with a schema. Embeddings are the mean of \
    the token vectors of a text of up to 512 tokens.
    """

  private static let schema: JSONValue = [
    "type": "object", "additionalProperties": false,
    "properties": [
      "path": [
        "type": "string", "title": "Model file", "x-order": 1, "x-widget": "path",
        "x-placeholder": "/models/model.gguf",
        "description": "A GGUF file. Leave it empty where a model is connected.",
      ],
      "adapter": [
        "type": "string", "title": "LoRA adapter", "x-order": 2, "x-widget": "path",
        "description": "A GGUF adapter that every request uses unless it names its own.",
      ],
      "adapter_scale": [
        "type": "number", "title": "Strength of the adapter", "default": 1, "x-order": 3, "x-advanced": true,
      ],
      "context": [
        "type": "integer", "title": "Context", "minimum": 64, "maximum": 1_048_576, "x-order": 4, "x-unit": "tokens",
        "description":
          "Tokens of a prompt and its answer together. What the model was trained with, at most 4096, unless set.",
      ],
      "max_tokens": [
        "type": "integer", "title": "Longest answer", "minimum": 1, "maximum": 1_048_576, "default": 512, "x-order": 5,
        "x-unit": "tokens", "description": "For requests that do not say it.",
      ],
      "parallel": [
        "type": "integer", "title": "Requests computed together", "minimum": 1, "maximum": 8, "default": 8,
        "x-order": 6,
      ],
      "threads": [
        "type": "integer", "title": "Threads", "minimum": 0, "maximum": 512, "default": 0, "x-order": 7,
        "description": "0: as many as the run may use. More than there are free cores makes it much slower.",
      ],
      "cache": [
        "type": "integer", "title": "Shared cache", "minimum": 64, "maximum": 16_777_216, "x-order": 8,
        "x-unit": "tokens",
        "x-advanced": true,
        "description": "Tokens of all requests computed together; others wait. Twice the context unless set.",
      ],
      "batch": [
        "type": "integer", "title": "Tokens per step", "minimum": 16, "maximum": 2048, "default": 256, "x-order": 9,
        "x-advanced": true, "x-unit": "tokens", "description": "A cancelled request ends after the step that runs.",
      ],
      "chat_template": [
        "type": "string", "title": "Chat template", "x-order": 10, "x-advanced": true,
        "description": "Jinja, instead of the model's own.",
      ],
      "normalize_embeddings": [
        "type": "boolean", "title": "Embeddings of length 1", "default": true, "x-order": 11, "x-advanced": true,
      ],
    ],
  ]
}
