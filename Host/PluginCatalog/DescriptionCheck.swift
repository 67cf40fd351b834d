// Is a plugin's description one that the rest of the host can rely on?
import JSONValue
package import Model
import PluginManifest

struct DescriptionCheck {
  private let description: PluginDescription
  private let path: String

  init(_ description: PluginDescription, path: String) {
    self.description = description
    self.path = path
  }

  func check(against vendor: VendorManifest) throws(Problem) {
    for (what, own, other) in [
      ("name", description.name, vendor.name), ("version", description.version, vendor.version),
    ] where own != other {
      throw Problem(
        .descriptorDiffers, "plugin.toml says \(what) \(other), the shared object says \(own)",
        at: ProblemLocation(file: path, pointer: "/\(what)"))
    }
    try check()
  }

  func check() throws(Problem) {
    guard description.descriptor == 1 else {
      throw invalid("/descriptor", "is \(description.descriptor); this version reads 1")
    }
    guard !description.components.isEmpty else { throw invalid("/components", "is empty") }
    var seen: Set<String> = []
    for (index, component) in description.components.enumerated() {
      let pointer = "/components/\(index)"
      guard VendorManifest.isName(component.name) else {
        throw invalid("\(pointer)/name", "\(component.name) may hold a-z, 0-9 and '-' and starts with a letter")
      }
      guard seen.insert(component.name).inserted else {
        throw invalid("\(pointer)/name", "\(component.name) is used twice")
      }
      try checkConfig(component, pointer)
      try checkPorts(component.inputs, "\(pointer)/inputs")
      try checkPorts(component.outputs, "\(pointer)/outputs")
      try checkKind(component, pointer)
    }
  }

  private func checkConfig(_ component: ComponentDescription, _ pointer: String) throws(Problem) {
    guard component.config["type"]?.string == "object" else {
      throw invalid("\(pointer)/config", "must be a JSON Schema of type object")
    }
    if let properties = component.config["properties"], properties.object == nil {
      throw invalid("\(pointer)/config/properties", "must be an object")
    }
    for (index, example) in component.examples.enumerated() where example.config.object == nil {
      throw invalid("\(pointer)/examples/\(index)/config", "must be an object")
    }
    for word in component.pushdown where !["columns", "filters", "limit"].contains(word) {
      throw invalid("\(pointer)/pushdown", "\(word) is none of columns, filters, limit")
    }
  }

  private func checkPorts(_ ports: [PortDescription], _ pointer: String) throws(Problem) {
    var seen: Set<String> = []
    for (index, port) in ports.enumerated() {
      guard Self.isPortName(port.name) else {
        throw invalid("\(pointer)/\(index)/name", "\(port.name) may hold letters, digits, '-' and '_'")
      }
      guard seen.insert(port.name).inserted else {
        throw invalid("\(pointer)/\(index)/name", "\(port.name) is used twice")
      }
    }
  }

  private func checkKind(_ component: ComponentDescription, _ pointer: String) throws(Problem) {
    switch component.kind {
    case .source where !component.inputs.isEmpty: throw invalid("\(pointer)/inputs", "a source has none")
    case .source where component.outputs.isEmpty, .stage where component.outputs.isEmpty:
      throw invalid("\(pointer)/outputs", "a \(component.kind.rawValue) needs one")
    case .stage where component.inputs.isEmpty, .sink where component.inputs.isEmpty:
      throw invalid("\(pointer)/inputs", "a \(component.kind.rawValue) needs one")
    case .sink where !component.outputs.isEmpty: throw invalid("\(pointer)/outputs", "a sink has none")
    case .check where component.inputs.first?.type != .table:
      throw invalid("\(pointer)/inputs/0", "a check's first input is the table that it looks at")
    default: break
    }
  }

  private static func isPortName(_ name: String) -> Bool {
    guard let first = name.utf8.first, name.utf8.count <= 64, !(48...57).contains(first) else { return false }
    return name.utf8.allSatisfy {
      (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 95
    }
  }

  private func invalid(_ pointer: String, _ message: String) -> Problem {
    Problem(.descriptorInvalid, "\(pointer) \(message)", at: ProblemLocation(file: path, pointer: pointer))
  }
}

extension PluginDescription {
  /// Reads the JSON that a plugin's describe() wrote; what does not fit is OTE-2013 with the place.
  package init(describing text: String, plugin: String) throws(Problem) {
    let json: JSONValue
    do {
      json = try JSONValue(parsing: text)
    } catch {
      guard case DecodingError.dataCorrupted(let context) = error else {
        throw Problem(.descriptorInvalid, "\(error)", plugin: plugin)
      }
      throw Problem(.descriptorInvalid, context.debugDescription, plugin: plugin)
    }
    do throws(Problem) {
      self = try PluginDescription(json: json)
      try DescriptionCheck(self, path: plugin).check()
    } catch {
      var problem = error
      problem.plugin = plugin
      throw problem
    }
  }
}
