// Documents to begin with: files of the template folders, and what each still needs here.
import ControlPlane
import Foundation
import JSONValue
import Model
import PipelineDocument

enum TemplateRoutes {
  static let all: [String: Route] = [
    "listTemplates": { call in
      let plane = call.plane
      return try Answer.items(
        try await BlockingWork.run { names(plane).compactMap { view($0, plane, document: false) } })
    },
    "readTemplate": { call in
      let (plane, name) = (call.plane, call.path("template"))
      guard names(plane).contains(name),
        let template = try await BlockingWork.run({ view(name, plane, document: true) })
      else { throw Problem(.nothingHere, "there is no template \(name)") }
      return try Answer.json(template)
    },
  ]

  private static func names(_ plane: ControlPlane) -> [String] {
    plane.settings.templateFolders.flatMap { folder in
      ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".yaml") }
        .map { String($0.dropLast(".yaml".count)) }
    }.sorted()
  }

  private static func view(_ name: String, _ plane: ControlPlane, document: Bool) -> JSONValue? {
    for folder in plane.settings.templateFolders {
      guard let text = try? String(contentsOfFile: "\(folder)/\(name).yaml", encoding: .utf8),
        let parsed = try? PipelineDocument(parsing: text, file: "\(name).yaml")
      else { continue }
      let pipeline = parsed.pipeline
      let required = Set(pipeline.nodes.map(\.plugin) + pipeline.requiredPlugins.map(\.name))
      let ranges = Dictionary(
        pipeline.requiredPlugins.map { ($0.name, $0.range.description) }, uniquingKeysWith: { first, _ in first })
      return .fields([
        "name": .string(name), "title": .string(pipeline.title ?? name),
        "description": .string(pipeline.description ?? ""),
        "labels": .object(pipeline.labels.mapValues { .string($0) }),
        "plugins": .array(required.sorted().map { ["name": .string($0), "range": .string(ranges[$0] ?? "*")] }),
        "missing": .array(missing(required, plane)), "nodes": .int(Int64(pipeline.nodes.count)),
        "document": document ? .string(text) : nil,
      ])
    }
    return nil
  }

  private static func missing(_ required: Set<String>, _ plane: ControlPlane) -> [JSONValue] {
    let installed = plane.plugins.installed()
    let usable = Set(installed.filter(\.isUsable).map(\.name))
    let folders = plane.pluginFolders()
    return required.subtracting(usable).sorted().map { name in
      .fields([
        "name": .string(name), "available": .bool(folders[name] != nil),
        "reason": (installed.first { $0.name == name }?.problem?.title).json,
      ])
    }
  }
}
