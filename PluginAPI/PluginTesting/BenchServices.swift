// The bench's services as C tables.
internal import CPluginABI
internal import FoundationEssentials
internal import Glibc
internal import JSONValue
internal import PluginKit

func strdupText(_ text: StaticString) -> ote_str {
  let copy = UnsafeMutablePointer<CChar>.allocate(capacity: text.utf8CodeUnitCount)
  memcpy(copy, text.utf8Start, text.utf8CodeUnitCount)
  return ote_str(ptr: copy, len: UInt64(text.utf8CodeUnitCount))
}

private func table<T>(_ value: T) -> UnsafeRawPointer {
  let pointer = UnsafeMutablePointer<T>.allocate(capacity: 1)
  pointer.initialize(to: value)
  return UnsafeRawPointer(pointer)
}

/// Runs a service and tells its failure to the component.
private func serving(
  _ error: UnsafeMutablePointer<ote_error>?, _ body: () throws -> Void
) -> ote_status {
  do {
    try body()
    return OTE_OK
  } catch let failure { return report(PluginError(wrapping: failure), to: error) }
}

nonisolated(unsafe) private let tables: [String: UnsafeRawPointer] = [
  OTE_SERVICE_LOG: table(logs), OTE_SERVICE_RUN: table(runs), OTE_SERVICE_METRICS: table(metrics),
  OTE_SERVICE_SECRETS: table(secrets), OTE_SERVICE_STATE: table(state), OTE_SERVICE_FILES: table(files),
  OTE_SERVICE_MODELS: table(models),
]

func benchService(_ id: String) -> UnsafeRawPointer? { tables[id] }

private let logs = ote_log_service(
  struct_size: size(ote_log_service.self), reserved0: 0,
  log: { _, run, level, message, _ in
    guard let run else { return }
    PluginBench.of(run).note {
      $0.logs.append("\(["debug", "info", "warning", "error"][Int(level)]): \(String(message))")
    }
  })

private let runs = ote_run_service(
  struct_size: size(ote_run_service.self), reserved0: 0, cancelled: { PluginBench.of($0).isCancelled ? 1 : 0 },
  cancel_fd: { PluginBench.of($0).cancelDescriptor }, deadline_ns: { _ in 0 },
  progress: { run, done, total, phase in PluginBench.of(run).progress(done, total, String(phase)) },
  meta: { run, out in serving(nil) { try out?.write(JSONValue.object(PluginBench.of(run).meta).text) } })

private let metrics = ote_metrics_service(
  struct_size: size(ote_metrics_service.self), reserved0: 0,
  record: { run, name, value, _, _ in PluginBench.of(run).note { $0.metrics[String(name)] = value } })

private let secrets = ote_secrets_service(
  struct_size: size(ote_secrets_service.self), reserved0: 0,
  get: { run, reference, out, error in
    serving(error) {
      guard let value = PluginBench.of(run).secrets[String(reference)] else {
        throw PluginError(.notFound, "nobody here has the secret '\(String(reference))'")
      }
      try out?.write(value)
    }
  })

private let state = ote_state_service(
  struct_size: size(ote_state_service.self), reserved0: 0,
  get: { run, key, out, revision, error in
    guard let value = PluginBench.of(run).seen.state[String(key)] else { return OTE_E_NOT_FOUND }
    revision?.pointee = 1
    return serving(error) { try out?.write(value) }
  },
  put: { run, key, value, _, revision, _ in
    let bytes = Array(UnsafeBufferPointer(start: value.ptr, count: Int(value.len)))
    PluginBench.of(run).note { $0.state[String(key)] = bytes }
    revision?.pointee = 1
    return OTE_OK
  },
  remove: { run, key, _ in
    PluginBench.of(run).note { $0.state[String(key)] = nil }
    return OTE_OK
  })

private let files = ote_files_service(
  struct_size: size(ote_files_service.self), reserved0: 0,
  temp_dir: { run, out, error in
    serving(error) {
      let folder = "\(PluginBench.of(run).folder)/tmp"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try out?.write(folder)
    }
  },
  publish: { run, path, kind, metadata, out, error in
    serving(error) {
      let bench = PluginBench.of(run)
      let metadata = try JSONValue(parsing: String(metadata))
      guard FileManager.default.fileExists(atPath: String(path)) else {
        throw PluginError(.notFound, "nothing to publish at \(String(path))")
      }
      let kept = "\(bench.folder)/published-\(UUID().uuidString)"
      try FileManager.default.moveItem(atPath: String(path), toPath: kept)
      bench.note { $0.published.append((kept, String(kind), metadata)) }
      try out?.write(
        JSONValue.object(["artifact": "sha256:bench", "digest": "sha256:bench", "path": .string(kept)]).text)
    }
  },
  fetch: { run, reference, out, error in
    serving(error) {
      guard let answer = PluginBench.of(run).artifacts[String(reference)] else {
        throw PluginError(.notFound, "there is no '\(String(reference))'")
      }
      try out?.write(answer.text)
    }
  })

private let models = ote_models_service(
  struct_size: size(ote_models_service.self), reserved0: 0,
  generate: { run, name, request, sink, error in
    serving(error) {
      let request = try GenerateRequest(json: try JSONValue(parsing: String(request)))
      try PluginBench.of(run).generate(String(name), request, EventSink(sink))
    }
  },
  embed: { run, name, input, out, error in
    serving(error) {
      guard let input, let out else { throw PluginError(.invalidArgument, "no stream, or no place for one") }
      let stream = try ImportedStream(moving: input)
      guard case .provider(let provider)? = PluginBench.of(run).models[String(name)] else {
        throw PluginError(.unsupported, "no provider that embeds is connected to '\(String(name))'")
      }
      export(try provider.embed(stream), to: out)
    }
  },
  count_tokens: { run, name, request, count, error in
    serving(error) {
      guard case .provider(let provider)? = PluginBench.of(run).models[String(name)] else {
        throw PluginError(.unsupported, "no provider that counts tokens is connected to '\(String(name))'")
      }
      let request = try GenerateRequest(json: try JSONValue(parsing: String(request)))
      count?.pointee = UInt64(try provider.countTokens(request))
    }
  },
  describe: { run, name, out, error in
    serving(error) {
      let bench = PluginBench.of(run)
      guard bench.models[String(name)] != nil else {
        throw PluginError(.notFound, "nothing is connected to the input '\(String(name))'")
      }
      try out?.write((bench.documents[String(name)] ?? [:]).text)
    }
  })
