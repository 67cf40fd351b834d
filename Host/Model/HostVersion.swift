// Which version of the host this is, wherever it tells.

package enum HostVersion {
  package static let text = "1.0.0"
  package static let abi = "1.0 draft"
}
