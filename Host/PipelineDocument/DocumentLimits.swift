// How large a document may be. Each bound keeps a check of a stranger's document cheap.

package enum DocumentLimits {
  package static let bytes = 4 << 20
  package static let nodes = 2_000
  /// Mappings and lists inside each other.
  package static let depth = 64
  /// Values in all, each use of a YAML alias counted anew.
  package static let values = 500_000
  /// Bytes of text in all, each use of a YAML alias counted anew.
  package static let expandedBytes = 16 << 20
  /// Problems listed of one document; how many more there are is said in the last.
  package static let problems = 100
}
