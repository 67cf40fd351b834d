// A file on its way from a browser to the host: how much of it is here.

package struct Upload: Codable, Sendable, Hashable {
  package enum State: String, Codable, Sendable { case receiving, complete, published }
  package var id: String
  package var project: String
  package var user: String
  package var name: String
  /// Of the whole file, as announced.
  package var bytes: Int64
  /// Received and on disk.
  package var received: Int64
  package var state: State
  /// sha256:... of what is on disk, once it is complete.
  package var digest: String?
  package var createdAt: String

  package init(
    id: String, project: String, user: String, name: String, bytes: Int64, received: Int64 = 0,
    state: State = .receiving, digest: String? = nil, createdAt: String
  ) {
    self.id = id
    self.project = project
    self.user = user
    self.name = name
    self.bytes = bytes
    self.received = received
    self.state = state
    self.digest = digest
    self.createdAt = createdAt
  }

  private enum CodingKeys: String, CodingKey {
    case id, project, user, name, bytes, received, state, digest
    case createdAt = "created_at"
  }
}
