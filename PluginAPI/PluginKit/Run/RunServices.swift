// Logs, metrics, secrets, files and state of a run.
internal import CPluginABI
public import JSONValue

extension Run {
  public func log(_ level: LogLevel, _ message: String, fields: [String: JSONValue] = [:]) {
    host.log(level, message, fields: fields, run: self)
  }

  /// Records a number under a name; the last value wins.
  public func metric(_ name: String, _ value: Double, unit: String = "", labels: [String: String] = [:]) {
    guard let handle, let record = host.tables.metrics.record else { return }
    let labels = labels.isEmpty ? "" : JSONValue.object(labels.mapValues { .string($0) }).text
    name.withC { name in unit.withC { unit in labels.withC { record(handle, name, value, unit, $0) } } }
  }

  /// The secret behind a reference that stands in this component's configuration as {"$secret": "ref"}. Keep it out
  /// of logs and errors. Throws `PluginError`.
  public func secret(_ reference: String) throws -> String {
    let bytes = try Answers.of("secrets") { out, error in
      guard let handle, let get = host.tables.secrets.get else { return nil }
      return reference.withC { get(handle, $0, out, error) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A folder of this node's own, removed after the run, on the artifact store's file system.
  public func temporaryFolder() throws -> String {
    let bytes = try Answers.of("temporary folders") { out, error in
      guard let handle, let call = host.tables.files.temp_dir else { return nil }
      return call(handle, out, error)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Moves a file or folder into the artifact store and answers the receipt {"artifact", "digest", "bytes", "path"}. Legal
  /// in a sink's `commit`, in `train` and in an action's `perform`; `kind` is one of dataset, model, checkpoint, report,
  /// other.
  public func publish(_ path: String, kind: String, metadata: JSONValue = [:]) throws -> JSONValue {
    let bytes = try Answers.of("publishing") { out, error in
      guard let handle, let call = host.tables.files.publish else { return nil }
      return path.withC { path in
        kind.withC { kind in metadata.text.withC { call(handle, path, kind, $0, out, error) } }
      }
    }
    return try Self.parsed(bytes)
  }

  /// Resolves an artifact digest, "dataset:NAME", "dataset:NAME@VERSION" or "model:NAME@VERSION-OR-ALIAS" to {"path",
  /// "digest", ...}; a model to its document.
  public func fetch(_ reference: String) throws -> JSONValue {
    let bytes = try Answers.of("artifacts") { out, error in
      guard let handle, let call = host.tables.files.fetch else { return nil }
      return reference.withC { call(handle, $0, out, error) }
    }
    return try Self.parsed(bytes)
  }

  private static func parsed(_ bytes: [UInt8]) throws -> JSONValue {
    do { return try JSONValue(parsing: bytes) } catch {
      throw PluginError(.internal, "the host's answer is not JSON: \(error)")
    }
  }
}

extension Run {
  /// `ifRevision` for a key that must not exist yet.
  public static let newRevision: UInt64 = 0
  /// `ifRevision` for a key in any state.
  public static let anyRevision = UInt64.max

  /// The durable value of a key and its revision, nil where there is none.
  public func state(get key: String) throws -> (value: [UInt8], revision: UInt64)? {
    var revision: UInt64 = 0
    let answers = Answers()
    let status = answers.run { out, error in
      guard let handle, let get = host.tables.state.get else { return nil }
      return key.withC { get(handle, $0, out, &revision, error) }
    }
    if status == OTE_E_NOT_FOUND { return nil }
    try answers.check("state", status)
    return (answers.bytes, revision)
  }

  /// Stores a value where the key still has the revision given, and answers the new one.
  @discardableResult
  public func state(put key: String, _ value: [UInt8], ifRevision: UInt64 = anyRevision) throws -> UInt64 {
    var revision: UInt64 = 0
    _ = try Answers.of("state") { _, error in
      guard let handle, let put = host.tables.state.put else { return nil }
      return key.withC { key in
        value.withUnsafeBufferPointer {
          put(handle, key, ote_bytes(ptr: $0.baseAddress, len: UInt64($0.count)), ifRevision, &revision, error)
        }
      }
    }
    return revision
  }

  public func state(remove key: String) throws {
    _ = try Answers.of("state") { _, error in
      guard let handle, let remove = host.tables.state.remove else { return nil }
      return key.withC { remove(handle, $0, error) }
    }
  }
}
