// Does the admin's manifest fit the plugin it names? Grants need requests; components need to exist.
import JSONValue
import Model
import PluginManifest

struct PolicyCheck {
  private let spec: PluginInstall.Spec
  private let path: String

  init(_ install: PluginInstall, path: String) {
    spec = install.spec
    self.path = path
  }

  /// Against what the publisher says.
  func check(against vendor: VendorManifest, in folder: String) throws(Problem) {
    guard vendor.name == spec.plugin else {
      throw refused("spec.source.path", "\(folder) holds the plugin \(vendor.name), not \(spec.plugin)")
    }
    if let version = spec.version, version != vendor.version {
      throw refused("spec.version", "is \(version), but \(folder) holds \(vendor.version)")
    }
    if spec.signature?.policy == .required {
      throw refused("spec.signature.policy", "signatures are not checked by this version; pin the digest instead")
    }
    let grants = spec.permissions
    let asks = vendor.requests
    let unasked: [(String, Bool)] = [
      ("net", !grants.net.isEmpty && asks.net.isEmpty),
      ("secrets", !grants.secrets.isEmpty && !asks.secrets),
      ("paths", !(grants.readPaths + grants.writePaths).isEmpty && !asks.paths),
      ("state", (grants.state ?? 0) > 0 && asks.state == nil),
      ("temp", (grants.temp ?? 0) > 0 && asks.temp == nil),
      ("gpu", ![nil, "none"].contains(grants.gpu) && [nil, "none"].contains(asks.gpu)),
      ("experimental", !Set(grants.experimental).isSubset(of: vendor.abi.experimental)),
    ]
    if let (name, _) = unasked.first(where: { $0.1 }) {
      throw refused("spec.permissions.\(name)", "grants what the plugin does not request in plugin.toml")
    }
  }

  /// Against what the plugin says of itself.
  func check(against description: PluginDescription) throws(Problem) {
    let names = description.components.map(\.name)
    for name in spec.components ?? [] where !names.contains(name) {
      throw refused("spec.components", "\(name) is no component of \(spec.plugin)\(Self.hint(name, names))")
    }
    for (key, configurations) in [("defaults", spec.defaults), ("locked", spec.locked)] {
      for (name, configuration) in configurations.sorted(by: { $0.key < $1.key }) {
        guard let component = description.component(name) else {
          throw refused("spec.\(key).\(name)", "is no component of \(spec.plugin)\(Self.hint(name, names))")
        }
        try check(configuration, of: component, key: "spec.\(key).\(name)")
      }
    }
  }

  /// Unknown fields are refused here, values where the configuration is complete: when a pipeline is checked.
  private func check(_ configuration: JSONValue, of component: ComponentDescription, key: String) throws(Problem) {
    guard let properties = component.config["properties"]?.object else { return }
    let isClosed = component.config["additionalProperties"]?.bool == false
    for field in (configuration.object ?? [:]).keys.sorted() where isClosed && properties[field] == nil {
      let hint = Self.hint(field, properties.keys.sorted())
      throw refused("\(key).\(field)", "is no field of \(spec.plugin)/\(component.name)\(hint)")
    }
  }

  private static func hint(_ name: String, _ names: [String]) -> String {
    nearestName(to: name, in: names).map { "; did you mean \($0)?" } ?? "; it has \(names.joined(separator: ", "))"
  }

  private func refused(_ key: String, _ message: String) -> Problem {
    Problem(.manifestInvalid, ManifestError(file: path, key: key, message: message))
  }
}
