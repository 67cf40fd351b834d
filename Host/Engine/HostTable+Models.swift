// ote.models/1: a node asks the models that are connected to its inputs.
import CPluginABI
import CWorker
import JSONValue
import Model
import PluginKit
import PluginLoader
import Synchronization

nonisolated(unsafe) let modelsTable = permanent(
  ote_models_service(
    struct_size: UInt32(MemoryLayout<ote_models_service>.size), reserved0: 0,
    generate: { run, binding, request, sink, error in
      let words = (binding.text ?? "", request.text ?? "")
      nonisolated(unsafe) let sink = sink
      return answer(run, nil, error) { node throws(Problem) in
        try node.asking(words.0) { provider throws(Problem) in try provider.generate(words.1, for: node, sink) }
        return .nothing
      }
    },
    embed: { run, binding, input, out, error in
      guard let input, input.pointee.release != nil else { return ote_status(OTE_E_INVALID_ARG) }
      let name = binding.text ?? ""
      // From entry on the stream is ours, also where nobody is there to take it.
      let owned = StreamArray(count: 1, filled: true)
      owned.pointer.pointee = input.pointee
      input.pointee.release = nil
      guard let out else { return ote_status(OTE_E_INVALID_ARG) }
      return answer(run, nil, error) { node throws(Problem) in
        let stream = try node.asking(name) { provider throws(Problem) in
          try provider.embed(owned.pointer, for: node)
        }
        export(stream, to: out)
        return .nothing
      }
    },
    count_tokens: { run, binding, request, count, error in
      let words = (binding.text ?? "", request.text ?? "")
      return answer(run, nil, error) { node throws(Problem) in
        let tokens = try node.asking(words.0) { provider throws(Problem) in try provider.countTokens(words.1) }
        count?.pointee = tokens
        return .nothing
      }
    },
    describe: { run, binding, out, error in
      let name = binding.text ?? ""
      return answer(run, out, error) { node throws(Problem) in
        .json(try node.asking(name) { provider throws(Problem) in try provider.document() })
      }
    }))

extension NodeRun {
  /// Runs a call to the model behind an input; a failure of it is remembered, so that it is blamed on the model however
  /// the node passes it on.
  fileprivate func asking<R>(
    _ input: String, _ body: (ProviderRun) throws(Problem) -> R
  ) throws(Problem) -> R {
    guard let provider = models[input] else {
      let known = models.keys.sorted().joined(separator: ", ")
      throw problem(
        .notFound,
        "no model is connected to the input '\(input)' of node '\(plan.name)'"
          + (known.isEmpty ? "" : "; there are: \(known)"))
    }
    do { return try body(provider) } catch {
      modelFailure.withLock { $0 = error }
      throw error
    }
  }
}
