// A failed system call as an error a person can act on: what, where, whose fault, what next.
import Glibc
import JSONValue
import PluginKit

struct SystemError: Error {
  var code: Int32
  /// What was tried, such as "open" or "copy".
  var action: String
  var path: String

  init(_ action: String, _ path: String, code: Int32 = errno) {
    self.code = code
    self.action = action
    self.path = path
  }

  /// `pointer` names the configuration field to blame where the user can mend it there.
  func problem(at pointer: String? = nil) -> PluginError {
    var details: [String: JSONValue] = ["file": .string(path), "vendor_code": .int(Int64(code))]
    if let pointer { details["path"] = .string(pointer) }
    let words = "cannot \(action) \(path): \(SystemError.words(code))"
    return PluginError(status, words + hint, retryable: isPassing, details: details)
  }

  var status: PluginError.Status {
    switch code {
    case ENOENT, ENOTDIR: .notFound
    case EACCES, EPERM, EROFS: .denied
    case ENOSPC, EDQUOT, EFBIG, EMFILE, ENFILE, ENOMEM, EMLINK: .resource
    case ENAMETOOLONG, ELOOP, EILSEQ, EISDIR: .data
    case ETIMEDOUT: .timeout
    default: .io
    }
  }

  private var isPassing: Bool { [EIO, EAGAIN, EINTR, ESTALE, ETIMEDOUT, EBUSY, EMFILE, ENFILE].contains(code) }

  private var hint: String {
    switch code {
    case EACCES, EPERM: ". Give user \(geteuid()) the right to do this, or choose another folder"
    case EROFS: ". The file system is mounted read-only; choose another folder"
    case ENOSPC, EDQUOT: ". Free some space there or choose another folder; nothing was published"
    case EFBIG: ". The file is larger than this file system or the process limit allows"
    case EMFILE, ENFILE: ". Too many files are open; raise the limit (ulimit -n)"
    case ENAMETOOLONG: ". The name is longer than the file system allows"
    default: ""
    }
  }

  static func words(_ code: Int32) -> String { strerror(code).map { String(cString: $0) } ?? "error \(code)" }
}
