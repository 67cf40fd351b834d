// Failures as the host understands them.
internal import CPluginABI
internal import Glibc
public import JSONValue

/// A failure with words a person can act on. The status decides whom the host blames and whether it tries again.
public struct PluginError: Error, Sendable, Hashable, CustomStringConvertible {
  public var status: Status
  public var message: String
  /// The same call may work later.
  public var retryable: Bool
  /// Keys the host understands: "path" (JSON pointer into the configuration), "file", "line", "row", "vendor_code",
  /// "sqlstate", "http_status".
  public var details: [String: JSONValue]

  public init(_ status: Status, _ message: String, retryable: Bool = false, details: [String: JSONValue] = [:]) {
    self.status = status
    self.message = message
    self.retryable = retryable
    self.details = details
  }

  /// The failing statuses of the plugin ABI.
  public enum Status: Int32, Sendable {
    case `internal` = -1
    case invalidArgument = -2
    case configuration = -3
    case unsupported = -4
    case notFound = -5
    case denied = -6
    case cancelled = -7
    case timeout = -8
    case io = -9
    case data = -10
    case resource = -11
    case state = -12
    case authentication = -13
  }

  /// The user can fix it in the form; `pointer` is the JSON pointer of the value, "" for the whole configuration.
  public static func configuration(_ message: String, at pointer: String) -> PluginError {
    PluginError(.configuration, message, details: ["path": .string(pointer)])
  }

  /// Input rows or a schema are bad.
  public static func data(
    _ message: String, file: String? = nil, line: Int? = nil, row: Int? = nil
  ) -> PluginError {
    var details: [String: JSONValue] = [:]
    details["file"] = file.map { .string($0) }
    details["line"] = line.map { .int(Int64($0)) }
    details["row"] = row.map { .int(Int64($0)) }
    return PluginError(.data, message, details: details)
  }

  /// It stopped because it was asked to.
  public static let cancelled = PluginError(.cancelled, "stopped on request")

  public var description: String { "\(message) (\(status))" }
}

extension PluginError {
  /// Any error as one the host understands.
  public init(wrapping error: any Error) {
    switch error {
    case let error as PluginError: self = error
    case let error as ArrowError: self.init(.data, error.message)
    case is CancellationError: self = .cancelled
    default: self.init(.internal, "\(error)")
    }
  }
}

extension DecodingError {
  var context: Context? {
    switch self {
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
      .dataCorrupted(let context):
      context
    @unknown default: nil
    }
  }

  /// The JSON pointer of the value that did not decode.
  var pointer: String {
    var keys = context?.codingPath ?? []
    if case .keyNotFound(let key, _) = self { keys.append(key) }
    return keys.map { key in
      let name = key.intValue.map(String.init) ?? key.stringValue
      return "/" + name.replacing("~", with: "~0").replacing("/", with: "~1")
    }.joined()
  }

  var explanation: String {
    switch self {
    case .keyNotFound(let key, _): "'\(key.stringValue)' is missing"
    case .valueNotFound: "the value at '\(pointer)' is null"
    default: context?.debugDescription ?? "the JSON does not fit"
    }
  }
}

extension PluginError.Status {
  /// The errno that a failed get_next answers.
  var errno: Int32 {
    switch self {
    case .internal: EIO
    case .invalidArgument, .configuration, .data, .state: EINVAL
    case .unsupported: ENOTSUP
    case .notFound: ENOENT
    case .denied, .authentication: EACCES
    case .cancelled: ECANCELED
    case .timeout: ETIMEDOUT
    case .io: EIO
    case .resource: ENOMEM
    }
  }

  /// What an errno from a foreign stream most likely means.
  init(errno code: Int32) {
    switch code {
    case EINVAL: self = .data
    case ENOTSUP, ENOSYS: self = .unsupported
    case ENOENT: self = .notFound
    case EACCES, EPERM: self = .denied
    case ECANCELED: self = .cancelled
    case ETIMEDOUT: self = .timeout
    case ENOMEM, ENOSPC: self = .resource
    default: self = .io
    }
  }
}
