// The ote_host that plugins see: one table per process, services by name. A NULL answer is a refusal.
import CPluginABI
import CWorker
import Glibc
import JSONValue
import Model
import PluginKit
import PluginLoader
import Synchronization
import WorkerProtocol

private let stateBytesMax = 8 << 20
private let logCharactersMax = 32 << 10

/// Heap tables that live as long as the process; plugins keep pointers to them.
func permanent<T>(_ value: T) -> UnsafePointer<T> {
  let pointer = UnsafeMutablePointer<T>.allocate(capacity: 1)
  pointer.initialize(to: value)
  return UnsafePointer(pointer)
}

private func permanent(text: StaticString) -> ote_str {
  ote_str(
    ptr: UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self), len: UInt64(text.utf8CodeUnitCount))
}

package enum HostTable {
  /// The link that log calls without a run use. Set once, before the first plugin is set up.
  static let link = Mutex<ControlLink?>(nil)

  package static func attach(_ link: ControlLink) { self.link.withLock { $0 = link } }

  nonisolated(unsafe) static let pointer = permanent(host { _, id in HostTable.service(id.text ?? "") })

  /// For plugins that were granted a secret: to others the service is not there.
  private nonisolated(unsafe) static let withSecrets = permanent(
    host { _, id in
      id.text == OTE_SERVICE_SECRETS ? UnsafeRawPointer(secretsTable) : HostTable.service(id.text ?? "")
    })

  static func pointer(for plugin: PlanPlugin?) -> UnsafePointer<ote_host> {
    plugin?.secrets.isEmpty ?? true ? pointer : withSecrets
  }

  private static func host(
    _ service: @convention(c) (UnsafePointer<ote_host>?, ote_str) -> UnsafeRawPointer?
  ) -> ote_host {
    ote_host(
      struct_size: UInt32(MemoryLayout<ote_host>.size), abi: UInt32(OTE_ABI_CURRENT), host_ctx: nil,
      name: permanent(text: "OpenTrustEval"), version: permanent(text: "1.0.0"), service: service)
  }

  private static func service(_ id: String) -> UnsafeRawPointer? {
    switch id {
    case OTE_SERVICE_LOG: UnsafeRawPointer(logTable)
    case OTE_SERVICE_RUN: UnsafeRawPointer(runTable)
    case OTE_SERVICE_METRICS: UnsafeRawPointer(metricsTable)
    case OTE_SERVICE_FILES: UnsafeRawPointer(filesTable)
    case OTE_SERVICE_STATE: UnsafeRawPointer(stateTable)
    case OTE_SERVICE_MODELS: UnsafeRawPointer(modelsTable)
    default: nil
    }
  }

  private nonisolated(unsafe) static let logTable = permanent(
    ote_log_service(
      struct_size: UInt32(MemoryLayout<ote_log_service>.size), reserved0: 0,
      log: { _, run, level, message, fields in
        let text = String((message.text ?? "(the message is not UTF-8)").prefix(logCharactersMax))
        let value = fields.text.flatMap { $0.isEmpty ? nil : try? JSONValue(parsing: $0) }
        let line = LogLine(
          at: TimeStamp.now(), level: LogLine.Level(rawValue: Int(level)) ?? .info,
          node: NodeRun.from(run)?.plan.name, from: "plugin", text: text, fields: value)
        (NodeRun.from(run)?.state.link ?? HostTable.link.withLock { $0 })?.send(.log(line))
      }))

  private nonisolated(unsafe) static let runTable = permanent(
    ote_run_service(
      struct_size: UInt32(MemoryLayout<ote_run_service>.size), reserved0: 0,
      cancelled: { run in (NodeRun.from(run)?.state.isStopping ?? false) ? 1 : 0 },
      cancel_fd: { run in NodeRun.from(run)?.state.cancelDescriptor ?? -1 },
      deadline_ns: { run in NodeRun.from(run)?.state.deadlineNanoseconds ?? 0 },
      progress: { run, done, total, phase in
        ote_boundary_alive()
        guard let node = NodeRun.from(run) else { return }
        let progress = NodeProgress(done: done, total: total > 0 ? total : nil, phase: phase.text ?? "")
        node.remembered.withLock { $0.progress = progress }
      },
      meta: { run, out in
        guard let node = NodeRun.from(run) else { return ote_status(OTE_E_INVALID_ARG) }
        return write(node.meta.text, to: out)
      }))

  private nonisolated(unsafe) static let metricsTable = permanent(
    ote_metrics_service(
      struct_size: UInt32(MemoryLayout<ote_metrics_service>.size), reserved0: 0,
      record: { run, name, value, _, _ in
        guard let node = NodeRun.from(run), let name = name.text else { return }
        node.remembered.withLock { kept in
          if kept.metrics.count < 1000 || kept.metrics[name] != nil { kept.metrics[name] = value }
        }
      }))

  private nonisolated(unsafe) static let filesTable = permanent(
    ote_files_service(
      struct_size: UInt32(MemoryLayout<ote_files_service>.size), reserved0: 0,
      temp_dir: { run, out, error in
        answer(run, out, error) { node throws(Problem) in .text(try node.temporaryFolder()) }
      },
      publish: { run, path, kind, metadata, out, error in
        let arguments = (path.text, kind.text, metadata.text)
        return answer(run, out, error) { node throws(Problem) in
          .json(try node.publish(path: arguments.0 ?? "", kind: arguments.1 ?? "", metadata: arguments.2 ?? ""))
        }
      },
      fetch: { run, reference, out, error in
        let reference = reference.text ?? ""
        return answer(run, out, error) { node throws(Problem) in
          .json(try node.state.link.ask(.fetch(node: node.plan.name, reference: reference)))
        }
      }))

  private nonisolated(unsafe) static let secretsTable = permanent(
    ote_secrets_service(
      struct_size: UInt32(MemoryLayout<ote_secrets_service>.size), reserved0: 0,
      get: { run, reference, out, error in
        let name = reference.text ?? ""
        return answer(run, out, error) { node throws(Problem) in .text(try node.secret(name)) }
      }))

  private nonisolated(unsafe) static let stateTable = permanent(
    ote_state_service(
      struct_size: UInt32(MemoryLayout<ote_state_service>.size), reserved0: 0,
      get: { run, key, out, revision, sink in
        guard let node = NodeRun.from(run) else { return ote_status(OTE_E_INVALID_ARG) }
        let request = WorkerRequest.stateGet(node: node.plan.name, component: node.plan.use, key: key.text ?? "")
        do {
          let found = try node.state.link.ask(request)
          guard let value = found["value"] else { return ote_status(OTE_E_NOT_FOUND) }
          revision?.pointee = UInt64(found["revision"]?.int ?? 0)
          return write(bytes: try value.decode([UInt8].self), to: out)
        } catch let problem as Problem {
          return refuse(problem, sink)
        } catch {
          return refuse(Problem(.hostFailed, "\(error)"), sink)
        }
      },
      put: { run, key, value, expected, revision, error in
        guard value.len == 0 || value.ptr != nil, value.len <= UInt64(stateBytesMax) else {
          let detail = "a state value has at most \(stateBytesMax >> 20) MiB"
          return refuse(Problem(.resourceExhausted, detail, origin: .plugin), error)
        }
        let bytes = Array(UnsafeBufferPointer(start: value.ptr, count: Int(value.len)))
        return answer(run, nil, error) { node throws(Problem) in
          let request = WorkerRequest.statePut(
            node: node.plan.name, component: node.plan.use, key: key.text ?? "", value: bytes, ifRevision: expected)
          revision?.pointee = UInt64(try node.state.link.ask(request)["revision"]?.int ?? 0)
          return .nothing
        }
      },
      remove: { run, key, error in
        let key = key.text ?? ""
        return answer(run, nil, error) { node throws(Problem) in
          _ = try node.state.link.ask(.stateRemove(node: node.plan.name, component: node.plan.use, key: key))
          return .nothing
        }
      }))
}

enum Answer { case text(String), json(JSONValue), nothing }

/// Runs a service for a node and maps its problem to the error sink and a status.
func answer(
  _ run: OpaquePointer?, _ out: UnsafeMutablePointer<ote_writer>?, _ sink: UnsafeMutablePointer<ote_error>?,
  _ body: (NodeRun) throws(Problem) -> Answer
) -> ote_status {
  guard let node = NodeRun.from(run) else { return ote_status(OTE_E_INVALID_ARG) }
  do {
    switch try body(node) {
    case .text(let text): return write(text, to: out)
    case .json(let value): return write(value.text, to: out)
    case .nothing: return ote_status(OTE_OK)
    }
  } catch { return refuse(error, sink) }
}

/// Tells the plugin why its request failed.
private func refuse(_ problem: Problem, _ sink: UnsafeMutablePointer<ote_error>?) -> ote_status {
  let status = status(for: problem.code)
  var details: [String: JSONValue] = ["code": .string(problem.code.rawValue)]
  if problem.code == .diskFull { details["errno"] = 28 }
  details["path"] = problem.at?.pointer.map { .string($0) }
  details["next"] = problem.next.isEmpty ? nil : .string(problem.next)
  withText(problem.detail) { message in
    withText(JSONValue.object(details).text) { details in
      sink?.pointee.set(sink, status, problem.retryable ? UInt32(OTE_ERROR_RETRYABLE) : 0, message, details)
    }
  }
  return status
}

private func status(for code: ProblemCode) -> ote_status {
  switch code {
  case .datasetNotFound, .modelNotFound, .notFound, .secretUnavailable: ote_status(OTE_E_NOT_FOUND)
  case .diskFull, .resourceExhausted, .budgetSpent: ote_status(OTE_E_RESOURCE)
  case .permissionDenied: ote_status(OTE_E_DENIED)
  case .configurationRefused: ote_status(OTE_E_CONFIG)
  case .unsupported: ote_status(OTE_E_UNSUPPORTED)
  case .cancelled: ote_status(OTE_E_CANCELLED)
  case .timedOut: ote_status(OTE_E_TIMEOUT)
  case .badData: ote_status(OTE_E_DATA)
  case .requestRefused: ote_status(OTE_E_INVALID_ARG)
  case .authenticationFailed: ote_status(OTE_E_AUTH)
  case .contractBroken, .pluginFailed: ote_status(OTE_E_INTERNAL)  // it is the plugin that broke it
  default: ote_status(OTE_E_IO)
  }
}

private func write(_ text: String, to writer: UnsafeMutablePointer<ote_writer>?) -> ote_status {
  write(bytes: Array(text.utf8), to: writer)
}

private func write(bytes: [UInt8], to writer: UnsafeMutablePointer<ote_writer>?) -> ote_status {
  guard let writer else { return ote_status(OTE_E_INVALID_ARG) }
  return bytes.withUnsafeBufferPointer {
    writer.pointee.write(writer, ote_bytes(ptr: $0.baseAddress, len: UInt64($0.count)))
  }
}
