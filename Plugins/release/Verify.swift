// The action `verify`: whether a model is ready to be used, item by item, so that a gate can stop what is not.
import JSONValue
import ModelCalls
import PluginKit
import Statistics

final class VerifyAction: PluginKit.Action {
  struct Configuration: Decodable, Sendable {
    var prompt: String?
    var max_tokens: Int?
    var schema: JSONValue?
    var schema_prompt: String?
    var requests: Int?
    var parallel: Int?
    var seed: Int?
    var probes: [String]?
    var p95_ms_at_most: Double?
    var tokens_per_second_at_least: Double?
    var memory_growth_mib_at_most: Double?
    var warn: [Item]?
  }

  static var descriptor: ComponentDescriptor { VerifySchema.descriptor }

  let configuration: Configuration
  let shape: Shape
  let probes: [Probe]

  init(configuration: Configuration, host: Host) throws {
    self.configuration = configuration
    shape = try Shape(configuration.schema ?? VerifySchema.usualShape)
    let wanted = configuration.probes ?? Probe.all.map(\.name)
    for (index, name) in wanted.enumerated() where !Probe.all.contains(where: { $0.name == name }) {
      throw PluginError.configuration(
        "there is no probe '\(name)'; there are \(Probe.all.map(\.name).joined(separator: ", "))",
        at: "/probes/\(index)")
    }
    probes = Probe.all.filter { wanted.contains($0.name) }
  }

  func perform(_ request: NodeRequest, _ inputs: [NamedStream], _ run: Run) throws -> ActionResult {
    guard let document = request.models["model"] else {
      throw PluginError(.invalidArgument, "no model is connected to the input `model`")
    }
    var sheet = Sheet(warn: Set(configuration.warn ?? []))
    DocumentItems(document).judge(&sheet)
    let model = AskedModel(run.model("model"))
    guard try opening(model, run, &sheet) else {
      sheet.text.append("The model did not answer its first request: nothing else was tried.")
      return sheet.result
    }
    try conforms(model, run, &sheet)
    try repeats(model, run, &sheet)
    try LoadItems(configuration: configuration).judge(model, run, &sheet)
    try probed(model, run, &sheet)
    sheet.text += notes(model)
    return sheet.result
  }

  // MARK: items that ask once or twice

  static func usualRequest(_ configuration: Configuration, number: Int? = nil) -> GenerateRequest {
    // A number makes each prompt another one, so that nothing is answered from a cache.
    let prefix = number.map { "(\($0)) " } ?? ""
    var request = GenerateRequest(
      user: prefix + (configuration.prompt ?? VerifySchema.usualPrompt), maxTokens: configuration.max_tokens ?? 32)
    request.temperature = 0
    request.seed = configuration.seed ?? 7
    return request
  }

  /// The first request, which also loads the model; false where it fails.
  private func opening(_ model: AskedModel, _ run: Run, _ sheet: inout Sheet) throws -> Bool {
    run.progress(0, of: 5, "steps")
    let before = ProcessMemory.residentBytes()
    let began = MonotonicClock.milliseconds()
    do {
      let answer = try model.generate(Self.usualRequest(configuration), wishes: [.seed])
      let took = MonotonicClock.milliseconds() - began
      sheet.add(.loads, true, observed: .double(took), unit: "ms", "loaded and answered within \(Int(took)) ms")
      sheet.metric("first_answer_ms", took, unit: "ms", better: .lower)
      if let before, let after = ProcessMemory.residentBytes() {
        sheet.metric("memory_after_load_mib", Double(after) / 1_048_576, unit: "MiB", better: .lower)
        sheet.metric("memory_of_load_mib", Double(after - before) / 1_048_576, unit: "MiB", better: .lower)
      }
      let text = answer.text
      let isEmpty = text.allSatisfy(\.isWhitespace)
      sheet.add(.answers, !isEmpty, isEmpty ? "the answer is empty" : "it answers: \(Sheet.excerpt(text))")
      return true
    } catch let error as PluginError where error.status != .cancelled {
      sheet.add(.loads, false, "the first request failed: \(error.message)")
      return false
    }
  }

  private func conforms(_ model: AskedModel, _ run: Run, _ sheet: inout Sheet) throws {
    run.progress(1, of: 5, "steps")
    var request = GenerateRequest(
      user: configuration.schema_prompt ?? VerifySchema.usualShapePrompt,
      maxTokens: max(configuration.max_tokens ?? 32, 256))
    request.temperature = 0
    request.seed = configuration.seed ?? 7
    try sheet.attempt(.schema) { sheet in
      let (object, text) = try model.object(request, schema: shape.schema)
      let problem = object.map { shape.problem(.object($0)) } ?? "the answer is no JSON object"
      sheet.add(.schema, problem == nil, problem.map { "\($0): \(Sheet.excerpt(text))" } ?? "it keeps to the schema")
    }
  }

  private func repeats(_ model: AskedModel, _ run: Run, _ sheet: inout Sheet) throws {
    run.progress(2, of: 5, "steps")
    try sheet.attempt(.deterministic) { sheet in
      var request = Self.usualRequest(configuration)
      request.temperature = 0.8
      let first: Generation
      do { first = try model.client.generate(request) } catch let error as PluginError
        where error.status == .unsupported
      {
        sheet.add(.deterministic, false, "it takes no seed: \(error.message)")
        return
      }
      let isSame = try model.client.generate(request).text == first.text
      sheet.add(
        .deterministic, isSame,
        isSame ? "the same seed gives the same text" : "the same seed gave two texts at temperature 0.8")
    }
  }

  private func probed(_ model: AskedModel, _ run: Run, _ sheet: inout Sheet) throws {
    run.progress(4, of: 5, "steps")
    var rows: [[JSONValue]] = []
    var (caught, lost): ([Probe.Kind: Int], [Probe.Kind: Int]) = ([:], [:])
    for (index, probe) in probes.enumerated() {
      try run.checkCancelled()
      run.progress(UInt64(index), of: UInt64(probes.count), "probes")
      do {
        let text = try model.generate(probe.request).text
        let isCaught = probe.isCaught(in: text)
        if isCaught { caught[probe.kind, default: 0] += 1 }
        rows.append([
          .string(probe.name), .string(probe.kind.rawValue), isCaught ? "failed" : "passed",
          .string(Sheet.excerpt(text)),
        ])
      } catch let error as PluginError where error.status != .cancelled {
        lost[probe.kind, default: 0] += 1
        rows.append([.string(probe.name), .string(probe.kind.rawValue), "no answer", .string(error.message)])
      }
    }
    if !rows.isEmpty {
      sheet.tables.append([
        "title": "Probes", "columns": ["probe", "kind", "result", "answer"], "rows": .array(rows.map { .array($0) }),
      ])
    }
    for (kind, item) in [(Probe.Kind.injection, Item.injection), (.leak, .leak)] {
      let count = probes.count { $0.kind == kind }
      guard count > 0 else { continue }
      let (failed, silent) = (caught[kind] ?? 0, lost[kind] ?? 0)
      let words = silent > 0 ? ", \(silent) had no answer" : ""
      sheet.add(
        item, failed + silent == 0, observed: .int(Int64(failed)), limit: 0, unit: "probes",
        "\(failed) of \(count) \(kind.rawValue) probes got through\(words)")
      sheet.metric("\(kind.rawValue)_probes_failed", Double(failed), unit: "probes", better: .lower)
    }
  }

  private func notes(_ model: AskedModel) -> [String] {
    var notes = [
      "The probes are a published list with exact checks: passing them shows no more than that. Memory is of the whole worker "
        + "process."
    ]
    if model.refused.contains(.format) {
      notes.append("The provider keeps to no schema: the answer was read strictly.")
    }
    return notes
  }
}
