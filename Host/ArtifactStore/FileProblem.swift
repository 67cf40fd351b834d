// An errno as a problem: a full disk is told apart from everything else.
import Glibc
package import Model

extension Problem {
  /// What `errno` says about `doing` (a verb: "read", "write") something with the file.
  package static func file(
    _ code: ProblemCode, _ doing: String, _ path: String, errno number: Int32 = errno
  ) -> Problem {
    let reason = String(cString: strerror(number))
    let full = number == ENOSPC || number == EDQUOT
    return Problem(
      full ? .diskFull : code, "cannot \(doing) \(path): \(reason)", at: ProblemLocation(file: path))
  }
}
