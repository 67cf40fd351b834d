// The connection that questions by hand go through: held to its budget, and charged. Runs have their meter.
package import MetadataStore
import Model
import WorkerProtocol

/// Any thread.
package struct ConnectionAccount: Sendable {
  let connection: String
  private let project: String
  private let metadata: MetadataStore

  /// nil where the model is behind no connection.
  package init?(_ served: ServedBinding, project: String, metadata: MetadataStore) {
    guard let connection = served.connection else { return nil }
    self.connection = connection
    self.project = project
    self.metadata = metadata
  }

  /// Throws `.budgetSpent`.
  func admit() throws(Problem) {
    let day = TimeStamp.today()
    let allowance = try metadata.allowances([connection], of: project, day: day)[connection]
    if let problem = allowance?.problem(since: ConnectionUsage(connection: connection, day: day)) { throw problem }
  }

  /// An answer is not taken back because the store could not note it.
  func charge(_ usage: ConnectionUsage) { try? metadata.addUsage(usage, of: project) }
}
