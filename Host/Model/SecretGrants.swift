// Which secrets a node may be given: those that its configuration names, where the admin's manifest allows them.
import JSONValue

extension PluginPermissions {
  package func allows(secret name: String) -> Bool { Self.allow(secrets, name) }

  static func allow(_ patterns: [String], _ name: String) -> Bool {
    patterns.contains { matches(Array($0.utf8)[...], Array(name.utf8)[...]) }
  }

  /// `*` stands for any letters, also none; everything else for itself.
  private static func matches(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
    guard let first = pattern.first else { return name.isEmpty }
    guard first == UInt8(ascii: "*") else {
      return name.first == first && matches(pattern.dropFirst(), name.dropFirst())
    }
    return (name.startIndex...name.endIndex).contains { matches(pattern.dropFirst(), name[$0...]) }
  }
}

extension PlanPlugin {
  package func allows(secret name: String) -> Bool { PluginPermissions.allow(secrets, name) }
}

extension PlanNode {
  /// Whether `{"$secret": NAME}` stands anywhere in its configuration.
  package func names(secret name: String) -> Bool { Self.mentions(configuration, name) }

  private static func mentions(_ value: JSONValue, _ name: String) -> Bool {
    switch value {
    case .object(let entries):
      entries["$secret"]?.string == name || entries.values.contains { mentions($0, name) }
    case .array(let items): items.contains { mentions($0, name) }
    default: false
    }
  }
}
