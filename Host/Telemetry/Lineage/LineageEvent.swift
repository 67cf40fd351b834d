// One OpenLineage event of a run (spec 2-0-2), with the facets that the host can fill from what it knows.
import JSONValue
package import Model

package struct LineageEvent: Sendable {
  package enum State: String, Sendable {
    case start = "START", running = "RUNNING", complete = "COMPLETE", fail = "FAIL", abort = "ABORT"
  }

  package struct Owner: Sendable {
    package var name: String
    package var type: String
    package init(_ name: String, _ type: String) {
      self.name = name
      self.type = type
    }
  }

  package var state: State
  package var time: String
  package var run: String
  package var pipeline: PipelineIdentity
  package var description: String?
  package var owners: [Owner] = []
  /// The moment of its schedule.
  package var nominalStart: String?
  package var report: RunReport?
  package var inputs: [LineageDataset] = []
  package var outputs: [LineageDataset] = []
  /// Of the host.
  package var version: String

  package init(_ state: State, at time: String, run: String, pipeline: PipelineIdentity, version: String) {
    self.state = state
    self.time = time
    self.run = run
    self.pipeline = pipeline
    self.version = version
  }

  func json(namespace: String) -> JSONValue {
    let facets = LineageFacets(version: version)
    let id = TraceID(run: run)?.uuid ?? run
    return [
      "eventType": .string(state.rawValue), "eventTime": .string(time), "producer": .string(facets.producer),
      "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
      "run": ["runId": .string(id), "facets": .object(runFacets(facets))],
      "job": [
        "namespace": .string(namespace), "name": .string(pipeline.name), "facets": .object(jobFacets(facets)),
      ],
      "inputs": .array(inputs.map { $0.json(namespace, facets, isInput: true) }),
      "outputs": .array(outputs.map { $0.json(namespace, facets, isInput: false) }),
    ]
  }

  private func runFacets(_ facets: LineageFacets) -> [String: JSONValue] {
    var all = [
      "processing_engine": facets.standard(
        "ProcessingEngineRunFacet", "1-1-1",
        ["name": "OpenTrustEval", "version": .string(version), "openlineageAdapterVersion": .string(version)]),
      "opentrusteval_run": facets.own("run", runFacts),
    ]
    if let nominalStart {
      all["nominalTime"] = facets.standard("NominalTimeRunFacet", "1-0-1", ["nominalStartTime": .string(nominalStart)])
    }
    if let problem = report?.problems.first, state == .fail || state == .abort {
      all["errorMessage"] = facets.standard(
        "ErrorMessageRunFacet", "1-0-1",
        [
          "message": .string("\(problem.code.rawValue) \(problem.title): \(problem.detail)"),
          "programmingLanguage": .string(problem.plugin.map { "plugin \($0)" } ?? "OpenTrustEval"),
        ])
    }
    return all
  }

  /// What no facet of the standard has a place for: which code ran, by digest.
  private var runFacts: [String: JSONValue] {
    var facts: [String: JSONValue] = [
      "runId": .string(run), "pipelineVersion": .int(Int64(pipeline.version)),
      "pipelineDigest": .string(pipeline.digest),
    ]
    guard let report else { return facts }
    facts["status"] = .string(report.status.rawValue)
    facts["attempts"] = .int(Int64(report.attempts))
    facts["nodes"] = .array(
      report.nodes.map { ["name": .string($0.name), "use": .string($0.use), "digest": .string($0.pluginDigest)] })
    return facts
  }

  private func jobFacets(_ facets: LineageFacets) -> [String: JSONValue] {
    var all = [
      "jobType": facets.standard(
        "JobTypeJobFacet", "2-0-4",
        ["processingType": "BATCH", "integration": "OPENTRUSTEVAL", "jobType": "PIPELINE"])
    ]
    if let description {
      all["documentation"] = facets.standard("DocumentationJobFacet", "1-1-0", ["description": .string(description)])
    }
    if !owners.isEmpty {
      let listed = owners.map { owner -> JSONValue in ["name": .string(owner.name), "type": .string(owner.type)] }
      all["ownership"] = facets.standard("OwnershipJobFacet", "1-0-1", ["owners": .array(listed)])
    }
    return all
  }
}
