// Durable keys and values of one component in one node of one pipeline (ote.state/1).

package struct StateScope: Codable, Sendable, Hashable {
  package var pipeline: String
  package var node: String
  package var component: String
  package init(pipeline: String, node: String, component: String) {
    self.pipeline = pipeline
    self.node = node
    self.component = component
  }
}

package struct StateEntry: Sendable, Hashable {
  package var value: [UInt8]
  /// Starts at 1 and grows by one with each put of the key.
  package var revision: UInt64
  package init(value: [UInt8], revision: UInt64) {
    self.value = value
    self.revision = revision
  }
}

/// What a put expects to find.
package enum StateCondition: Sendable, Hashable {
  case any
  /// The key does not exist.
  case new
  case revision(UInt64)
}

package enum StateAnswer: Sendable, Hashable {
  case stored(revision: UInt64)
  /// Somebody else put it in between; nil: the key does not exist.
  case conflict(current: UInt64?)
}

/// What a component in a node has kept, as people see it: how much, not what, which only the component reads.
package struct KeptState: Codable, Sendable, Hashable {
  package var node: String
  package var component: String
  package var keys: Int
  package var bytes: Int

  package init(node: String, component: String, keys: Int, bytes: Int) {
    self.node = node
    self.component = component
    self.keys = keys
    self.bytes = bytes
  }
}
