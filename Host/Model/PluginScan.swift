// What the catalog remembers between starts, so that an unchanged plugin is neither hashed nor scanned again.

/// A scan's answer holds for this file, this host ABI and this scanner only.
package struct ScanKey: Sendable, Hashable {
  package var digest: String
  /// major << 16 | minor.
  package var hostABI: UInt32
  package var scanner: Int
  package init(digest: String, hostABI: UInt32, scanner: Int) {
    self.digest = digest
    self.hostABI = hostABI
    self.scanner = scanner
  }
}

/// What a scan worker found out about a shared object.
package typealias ScanOutcome = Result<PluginDescription, Problem>

/// A file's place and times: equal identities mean the bytes were not changed in between.
package struct FileIdentity: Sendable, Hashable {
  package var device: UInt64
  package var inode: UInt64
  package var size: Int64
  package var modifiedNanoseconds: Int64
  package var changedNanoseconds: Int64
  package init(device: UInt64, inode: UInt64, size: Int64, modifiedNanoseconds: Int64, changedNanoseconds: Int64) {
    self.device = device
    self.inode = inode
    self.size = size
    self.modifiedNanoseconds = modifiedNanoseconds
    self.changedNanoseconds = changedNanoseconds
  }
}

/// Where the catalog keeps digests and scans. Forgetting is allowed: the answers are made again.
package protocol CatalogMemory: Sendable {
  func outcome(of key: ScanKey) -> ScanOutcome?
  func remember(_ outcome: ScanOutcome, for key: ScanKey)
  func digest(of file: FileIdentity) -> String?
  func remember(digest: String, of file: FileIdentity)
}

/// A scan as the store holds it.
package struct PluginScan: Sendable {
  package var key: ScanKey
  package var outcome: ScanOutcome
  package var scannedAt: String
  package init(key: ScanKey, outcome: ScanOutcome, scannedAt: String) {
    self.key = key
    self.outcome = outcome
    self.scannedAt = scannedAt
  }
}
