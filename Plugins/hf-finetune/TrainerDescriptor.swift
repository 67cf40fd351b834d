// What the component says about itself.
import JSONValue
import PluginKit

enum TrainerDescriptor {
  static var lora: ComponentDescriptor {
    ComponentDescriptor(
      "lora", title: "Fine-tune (LoRA, QLoRA)",
      summary: "Trains a small adapter for a language model on chats, completions or text.", docs: docs,
      inputs: [
        .table("train"), .table("validation", required: false), Port("base", .model, required: false),
      ],
      outputs: [Port("model", .model), Port("report", .report)], config: SettingsSchema.schema,
      examples: [
        .init(
          title: "A short try on a laptop",
          config: [
            "max_steps": 20, "batch_size": 4, "max_length": 256, "r": 8, "alpha": 16, "checkpoint_every": 10,
          ]),
        .init(
          title: "Stop when the validation loss gets no better",
          config: ["epochs": 5, "evaluate_every": 50, "patience": 3, "learning_rate": 0.0001]),
        .init(
          title: "QLoRA on a GPU, packed",
          config: [
            "method": "qlora", "device": "cuda", "packing": true, "max_length": 2048, "gradient_accumulation": 4,
            "gradient_checkpointing": true,
          ]),
        .init(
          title: "Prompts and answers in columns of other names",
          config: ["data_format": "completion", "prompt_column": "question", "completion_column": "answer"]),
      ])
  }

  private static let docs = """
    Runs Hugging Face TRL and PEFT in a Python process of its own. `Scripts/setup-training.sh` installs what it needs.

    **Rows.** A column `messages` with a list of `{role, content}` (or the same as JSON text) is rendered by the model's \
    own chat template; `tools` beside it goes to the template as well. Else `prompt` and `completion`, else `text`. By \
    default only answers count for the loss.

    **Base.** A Hugging Face folder, or a GGUF file, whose weights are then de-quantised once and kept. The model document \
    says so: such an adapter fits the GGUF file that is served, not the original weights.

    **Memory** is estimated before anything is loaded; more than the node may use is refused.

    **A training that is stopped or killed** goes on from its last checkpoint when the same training is run again: the same \
    settings, rows, base and package versions. On the CPU the weights are then those of an unbroken run, bit by bit. \
    A change of any of these starts anew.

    **Out** come the adapter as a folder that PEFT loads and, where llama.cpp's converter is installed, as a GGUF file.
    """
}
