// The optional interfaces: checkpoints, live form choices and the error behind a stream.
internal import CPluginABI
internal import JSONValue

nonisolated(unsafe) let streamErrorTable = permanent(
  ote_stream_error(
    struct_size: size(ote_stream_error.self), reserved0: 0,
    last: { _, stream, error in
      guard let stream, let failure = streamError(in: UnsafePointer(stream)) else {
        return report(PluginError(.notFound, "the stream did not fail, or is not this plugin's"), to: error)
      }
      return report(failure, to: error)
    }))

nonisolated(unsafe) let checkpointTable = permanent(
  ote_checkpoint(
    struct_size: size(ote_checkpoint.self), reserved0: 0,
    save: { handle, _, stream, out, error in
      answering(error) {
        guard let component = Instance.of(handle).component as? any Checkpointing, let out else {
          throw PluginError(.unsupported, "the component keeps no checkpoints")
        }
        let own = stream.flatMap { exportedStream(in: UnsafePointer($0)) }
        guard stream == nil || own != nil else {
          throw PluginError(.invalidArgument, "the stream is not this plugin's")
        }
        try out.write(try component.save(own))
        return OTE_OK
      }
    },
    restore: { handle, _, version, reader, error in
      answering(error) {
        guard let component = Instance.of(handle).component as? any Checkpointing, let reader else {
          throw PluginError(.unsupported, "the component keeps no checkpoints")
        }
        try component.restore(version: version, bytes: try reader.readAll())
        return OTE_OK
      }
    }))

nonisolated(unsafe) let optionsTable = permanent(
  ote_options(
    struct_size: size(ote_options.self), reserved0: 0,
    list: { handle, run, field, query, out, error in
      answering(error) {
        let instance = Instance.of(handle)
        guard let component = instance.component as? any DynamicOptions, let out else {
          throw PluginError(.unsupported, "the component has no choices to list")
        }
        let choices = try component.options(field: String(field), query: String(query), run: instance.run(run))
        try out.write(choices.json.text)
        return OTE_OK
      }
    }))
