// What an SQLite error means to a person.
import Foundation
import GRDB
import Glibc
import Model

extension Problem {
  /// Passes problems through; translates errors of the database.
  init(store error: any Error, path: String) {
    if let problem = error as? Problem {
      self = problem
      return
    }
    let at = ProblemLocation(file: path)
    guard let error = error as? DatabaseError else {
      self.init(.storeUnreadable, "\(path): \(error)", at: at)
      return
    }
    let message = error.message ?? error.resultCode.description
    switch error.resultCode {
    case .SQLITE_FULL:
      self.init(.diskFull, "cannot write \(path): \(message)", at: at)
    case .SQLITE_IOERR where Self.isFull(path):
      self.init(.diskFull, "cannot write \(path): \(message)", at: at)
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      self.init(.storeUnreadable, "\(path) is damaged: \(message)", at: at, next: "Restore the file from a backup.")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(
        .storeUnreadable, "\(path) is held by another process for more than 5 s", at: at,
        next: "End the other process, or wait for it.", retryable: true)
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
      self.init(
        .storeUnreadable, "cannot write \(path): \(message)", at: at,
        next: "Check the permissions of the file and its folder.")
    default:
      self.init(.storeUnreadable, "\(path): \(message)", at: at)
    }
  }

  /// SQLite names some failures of a full disk only "I/O error".
  private static func isFull(_ path: String) -> Bool {
    var status = statvfs()
    return statvfs(path, &status) == 0 && status.f_bavail == 0
  }
}
