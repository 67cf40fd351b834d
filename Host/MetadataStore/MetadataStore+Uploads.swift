// How far the files are that browsers send in parts.
import GRDB
package import Model

extension MetadataStore {
  package func createUpload(_ upload: Upload) throws(Problem) {
    try write {
      try $0.perform(
        "INSERT INTO upload VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, \(SQL.now))",
        [
          upload.id, upload.project, upload.user, upload.name, upload.bytes, upload.received, upload.state.rawValue,
          upload.digest, upload.createdAt,
        ])
    }
  }

  package func upload(_ id: String) throws(Problem) -> Upload? {
    try read { try $0.row("SELECT * FROM upload WHERE id = ?", [id]).map(UploadRows.upload) }
  }

  /// Notes the bytes that are on disk. They never become fewer: a late note of an earlier part changes nothing.
  package func advanceUpload(_ id: String, received: Int64) throws(Problem) {
    try write {
      try $0.change(
        "UPDATE upload SET received = max(received, ?), touched_at = \(SQL.now) WHERE id = ?", [received, id],
        missing: "there is no upload \(id)")
    }
  }

  package func setUpload(_ id: String, state: Upload.State, digest: String? = nil) throws(Problem) {
    try write {
      try $0.change(
        "UPDATE upload SET state = ?, digest = coalesce(?, digest), touched_at = \(SQL.now) WHERE id = ?",
        [state.rawValue, digest, id], missing: "there is no upload \(id)")
    }
  }

  /// Not published, and without any progress since that time.
  package func staleUploads(before time: String) throws(Problem) -> [Upload] {
    try read {
      try $0.rows(
        "SELECT * FROM upload WHERE state IN ('receiving', 'complete') AND touched_at < ?", [time], UploadRows.upload)
    }
  }

  package func deleteUpload(_ id: String) throws(Problem) {
    try write { try $0.perform("DELETE FROM upload WHERE id = ?", [id]) }
  }
}

private enum UploadRows {
  static func upload(_ row: Row) throws -> Upload {
    guard let state = Upload.State(rawValue: row["state"]) else { throw RunRows.unknownWord(row["state"]) }
    return Upload(
      id: row["id"], project: row["project"], user: row["user"], name: row["name"], bytes: row["bytes"],
      received: row["received"], state: state, digest: row["digest"], createdAt: row["created_at"])
  }
}
