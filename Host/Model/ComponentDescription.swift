// What the host knows of a component without loading it: its descriptor, read once by a scan (Docs/descriptor.md).
package import JSONValue

package enum ComponentKind: String, Codable, Sendable, CaseIterable {
  case source, stage, check, sink, provider, trainer, evaluator, action, notifier
}

package enum PortType: String, Codable, Sendable { case table, files, model, report }

package struct PortDescription: Codable, Sendable, Hashable {
  package var name: String
  package var type: PortType
  package var required: Bool
  package var many: Bool
  package init(name: String, type: PortType, required: Bool = true, many: Bool = false) {
    self.name = name
    self.type = type
    self.required = required
    self.many = many
  }

  private enum CodingKeys: String, CodingKey { case name, type, required, many }
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    type = try container.decode(PortType.self, forKey: .type)
    required = try container.decodeIfPresent(Bool.self, forKey: .required) ?? true
    many = try container.decodeIfPresent(Bool.self, forKey: .many) ?? false
  }
}

package struct ComponentExample: Codable, Sendable, Hashable {
  package var title: String
  package var config: JSONValue
}

package struct ComponentDescription: Codable, Sendable, Hashable {
  package var name: String
  package var kind: ComponentKind
  package var title: String
  package var summary: String
  package var docs: String
  package var inputs: [PortDescription]
  package var outputs: [PortDescription]
  package var config: JSONValue
  package var configVersion: Int
  /// Of the states that ote.checkpoint/1 saves.
  package var stateVersion: Int
  package var examples: [ComponentExample]
  package var pushdown: [String]
  package var fuses: Bool
  package var adapts: Bool
  package var deterministic: Bool
  package var concurrency: [String: Int]

  private enum CodingKeys: String, CodingKey {
    case name, kind, title, summary, docs, inputs, outputs, config, examples, pushdown, fuses, adapts, deterministic
    case concurrency
    case configVersion = "config_version"
    case stateVersion = "state_version"
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    kind = try container.decode(ComponentKind.self, forKey: .kind)
    title = try container.decodeIfPresent(String.self, forKey: .title) ?? name
    summary = try container.decodeIfPresent(String.self, forKey: .summary) ?? ""
    docs = try container.decodeIfPresent(String.self, forKey: .docs) ?? ""
    inputs = try container.decodeIfPresent([PortDescription].self, forKey: .inputs) ?? []
    outputs = try container.decodeIfPresent([PortDescription].self, forKey: .outputs) ?? []
    config = try container.decodeIfPresent(JSONValue.self, forKey: .config) ?? ["type": "object"]
    configVersion = try container.decodeIfPresent(Int.self, forKey: .configVersion) ?? 1
    stateVersion = try container.decodeIfPresent(Int.self, forKey: .stateVersion) ?? 1
    examples = try container.decodeIfPresent([ComponentExample].self, forKey: .examples) ?? []
    pushdown = try container.decodeIfPresent([String].self, forKey: .pushdown) ?? []
    fuses = try container.decodeIfPresent(Bool.self, forKey: .fuses) ?? false
    adapts = try container.decodeIfPresent(Bool.self, forKey: .adapts) ?? false
    deterministic = try container.decodeIfPresent(Bool.self, forKey: .deterministic) ?? false
    concurrency = try container.decodeIfPresent([String: Int].self, forKey: .concurrency) ?? [:]
  }

  /// The outputs a pipeline can connect to: a check also has the ports the host adds.
  package var connectableOutputs: [PortDescription] {
    guard kind == .check else { return outputs }
    let table = inputs.first.map { PortDescription(name: $0.name, type: .table) }
    return [table, PortDescription(name: "failing", type: .table), PortDescription(name: "findings", type: .table)]
      .compactMap { $0 }
  }
}

/// A whole plugin as its descriptor tells it.
package struct PluginDescription: Codable, Sendable, Hashable {
  package var descriptor: Int
  package var name: String
  package var version: String
  package var title: String
  package var components: [ComponentDescription]

  package func component(_ name: String) -> ComponentDescription? { components.first { $0.name == name } }
}
