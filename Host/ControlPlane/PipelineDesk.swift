// What people ask of documents that are still being written: problems, columns, first rows. All in throw-away workers.
import ArtifactStore
package import JSONValue
import MetadataStore
package import Model
package import PipelineDocument
import Registry
import Scheduler
package import Supervisor
package import WorkerProtocol
import WorkerPool

package struct CheckedDocument: Sendable {
  package var prepared: PreparedPipeline?
  package var document: PipelineDocument?
  package var bound: [BoundNode] = []
  package var problems: [Problem] = []
}

package struct PipelineDesk: Sendable {
  let plane: ControlPlane
  package init(_ plane: ControlPlane) { self.plane = plane }

  /// Every problem of the document, and the columns on every edge where it has none. Blocks for a worker's life.
  package func check(
    _ text: String, parameters: [String: JSONValue], columns: Bool, project: String? = nil
  ) -> CheckedDocument {
    var answer = CheckedDocument()
    let run = RunIdentifier.make()
    do {
      let document = try PipelineDocument(parsing: text)
      answer.document = document
      let prepared = try prepare(document, text, parameters, run: run, project: project)
      answer.prepared = prepared
      if columns {
        answer.bound = try inFolder(run) { folder throws(Problem) in
          do throws(Problem) {
            return try plane.workers.bind(
              bounded(prepared.plan(.bind, run: run, startedAt: TimeStamp.now(), folder: folder)), requests: lookup,
              secrets: secrets(project))
          } catch { throw PreparedPipeline.locate(error, in: document) }
        }
      }
    } catch let problems as Problems {
      answer.problems = problems.all
    } catch let problem as Problem {
      answer.problems = [problem]
    } catch { answer.problems = [Problem(.hostFailed, "\(error)")] }
    answer.problems += scheduleProblems(answer.document)
    return answer
  }

  /// What saving would refuse is told while one writes.
  private func scheduleProblems(_ document: PipelineDocument?) -> [Problem] {
    do throws(Problems) {
      if let schedule = document?.pipeline.schedule { _ = try Schedule(schedule) }
      return []
    } catch { return error.all }
  }

  /// The first rows at a node's output. Reads no more than it shows where the sources can stop early.
  package func preview(
    _ text: String, parameters: [String: JSONValue], node: String, port: String?, rows: Int,
    project: String? = nil
  ) throws -> (schema: JSONValue, rows: [[JSONValue]]) {
    let run = RunIdentifier.make()
    let document = try PipelineDocument(parsing: text)
    let prepared = try prepare(document, text, parameters, run: run, project: project)
    guard let planned = prepared.resolved.nodes.first(where: { $0.name == node }) else {
      throw Problem(.nothingHere, "the document has no node '\(node)'")
    }
    try requireOutput(port, of: planned)
    return try inFolder(run) { folder throws(Problem) in
      let mode = RunPlan.Mode.preview(rows: rows, port: port)
      let whole = prepared.plan(mode, run: run, startedAt: TimeStamp.now(), folder: folder)
      do throws(Problem) {
        let plan = bounded(PreviewPlan.cut(whole, to: node))
        return try plane.workers.preview(plan, requests: lookup, secrets: secrets(project))
      } catch { throw PreparedPipeline.locate(error, in: document) }
    }
  }

  private func requireOutput(_ port: String?, of node: PlanNode) throws(Problem) {
    let known = node.component.connectableOutputs.map(\.name)
    guard let port, !known.contains(port) else { return }
    let words = known.isEmpty ? "it has none" : "it has \(known.joined(separator: ", "))"
    throw Problem(.unknownPort, "node '\(node.name)' has no output '\(port)'; \(words)", node: node.name)
  }

  /// Runs a plan made by the host itself to its first rows.
  package func rows(
    of nodes: [PlanNode], plugins: [PlanPlugin], count: Int
  ) throws(Problem) -> (schema: JSONValue, rows: [[JSONValue]]) {
    let run = RunIdentifier.make()
    return try inFolder(run) { folder throws(Problem) in
      let plan = RunPlan(
        mode: .preview(rows: count), run: run, attempt: 1, pipeline: "preview", startedAt: TimeStamp.now(),
        plugins: plugins, nodes: nodes, folder: folder, limits: RunLimits())
      return try plane.workers.preview(bounded(plan), requests: lookup)
    }
  }

  var lookup: DatasetLookup { DatasetLookup(metadata: plane.metadata, artifacts: plane.artifacts) }

  /// Those of the project that the document is written in; none where it belongs to no project.
  func secrets(_ project: String?) -> SecretLookup? { project.map(plane.vault.lookup) }

  private func prepare(
    _ document: PipelineDocument, _ text: String, _ parameters: [String: JSONValue], run: String,
    project: String?
  ) throws(Problems) -> PreparedPipeline {
    try PreparedPipeline(
      document: document, text: text, parameters: parameters, run: run, startedAt: TimeStamp.now(),
      plugins: plane.plugins.installed, registry: plane.registry.lookup(in: project ?? Project.standard))
  }

  func inFolder<Value>(
    _ run: String, _ body: (String) throws(Problem) -> Value
  ) throws(Problem) -> Value {
    let folder = try plane.artifacts.runFolder(run)
    defer { try? plane.artifacts.removeRunFolder(run) }
    return try body(folder)
  }

  /// Somebody waits for the answer: it comes within half a minute, or not at all.
  private func bounded(_ plan: RunPlan) -> RunPlan {
    var plan = plan
    plan.limits.wallSeconds = min(plan.limits.wallSeconds, 30)
    plan.limits.graceSeconds = min(plan.limits.graceSeconds, 2)
    return plan
  }
}
