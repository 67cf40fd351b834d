// Who refers to a model version or a connection, in words: what must go first before it can be removed.
import JSONValue
import MetadataStore
package import Model
import PipelineDocument

extension Registry {
  /// Aliases and versions made from it are the store's to know; these are documents and connections.
  package func documents(namingModel version: ModelVersion) throws(Problem) -> [String] {
    var words: [String] = []
    for pipeline in try currentDocuments() {
      let names = pipeline.document.pipeline.models.compactMap(\.model) + mentioned(in: pipeline.document)
      guard let reference = names.first(where: { means($0, version) }) else { continue }
      words.append("the pipeline '\(pipeline.name)' names \(reference)")
    }
    for connection in try metadata.connections() where mentions(connection.config, version) {
      words.append("the connection '\(connection.name)' of the project \(connection.project) names it")
    }
    return words
  }

  package func documents(namingConnection name: String, of project: String) throws(Problem) -> [String] {
    try currentDocuments(of: project).compactMap { pipeline in
      let document = pipeline.document.pipeline
      let nodes = document.nodes + document.models.map(\.node) + document.notify.map(\.node)
      guard nodes.contains(where: { $0.connection == name }) else { return nil }
      return "the pipeline '\(pipeline.name)' names it"
    }
  }

  /// The newest version of each pipeline that is not archived, where it still reads.
  private func currentDocuments(
    of project: String? = nil
  ) throws(Problem) -> [(name: String, document: PipelineDocument)] {
    var found: [(name: String, document: PipelineDocument)] = []
    let query = PipelineQuery(projects: project.map { [$0] }, limit: .max)
    for record in try metadata.pipelineRecords(query) {
      guard let text = try metadata.pipeline(record.name)?.document,
        let document = try? PipelineDocument(parsing: text)
      else { continue }
      found.append((record.name, document))
    }
    return found
  }

  /// NAME means the newest version, and that is another one when this is gone: only what names this one counts.
  private func means(_ reference: ModelReference, _ version: ModelVersion) -> Bool {
    guard reference.name == version.model else { return false }
    switch reference.choice {
    case .version(let number): return number == version.version
    case .alias(let alias): return version.aliases.contains(alias)
    case .newest:
      let versions = (try? metadata.versions(ofModel: version.model)) ?? []
      return versions.first?.version == version.version
    }
  }

  /// `model:NAME...` in the configuration of a node.
  private func mentioned(in document: PipelineDocument) -> [ModelReference] {
    document.pipeline.nodes.flatMap { texts(in: $0.configuration) }.compactMap(Self.reference)
  }

  private static func reference(_ text: String) -> ModelReference? {
    text.hasPrefix(ModelReference.prefix) ? try? ModelReference(parsing: text) : nil
  }

  private func mentions(_ config: JSONValue, _ version: ModelVersion) -> Bool {
    texts(in: config).contains { text in
      text.contains(version.digest.dropFirst(7)) || Self.reference(text).map { means($0, version) } ?? false
    }
  }

  private func texts(in value: JSONValue) -> [String] {
    switch value {
    case .string(let text): [text]
    case .array(let items): items.flatMap(texts)
    case .object(let entries): entries.values.flatMap(texts)
    default: []
    }
  }
}
