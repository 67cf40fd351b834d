// What forms ask of a component, answered by a throw-away worker, and held against the contract: the words are a plugin's.
package import JSONValue
package import Model
package import WorkerPool

/// Choices for a field.
package struct FieldChoices: Sendable {
  package struct Choice: Sendable {
    package var value: JSONValue
    package var title: String?
    package var help: String?
  }
  package var choices: [Choice]
  /// There are others than these.
  package var hasMore: Bool
}

/// What a component found with its configuration.
package struct ComponentFindings: Sendable {
  /// False where it answers, and says itself that it does not work.
  package var works: Bool
  package var message: String?
  /// The columns that come out, where they are known.
  package var schema: JSONValue?
  /// Whatever else it reports, in the shape of reports.
  package var report: JSONValue?
}

extension Workers {
  /// As many as a list shows.
  private static let choicesMax = 1000
  private static let wordsMax = 4000

  package func options(
    _ plan: RunPlan, requests: any WorkerObserver, secrets: SecretLookup?
  ) throws(Problem) -> FieldChoices {
    let json = try answer(plan, requests: requests, secrets: secrets)
    guard let list = json["choices"]?.array else {
      throw broken(plan, "list wrote \(json.text.prefix(80)), not {\"choices\": [...]}")
    }
    var choices: [FieldChoices.Choice] = []
    for (index, item) in list.prefix(Self.choicesMax).enumerated() {
      guard let value = item["value"], value.object == nil, value.array == nil else {
        throw broken(plan, "choice \(index) of list has no plain value")
      }
      choices.append(
        FieldChoices.Choice(value: value, title: words(item["title"]), help: words(item["help"])))
    }
    return FieldChoices(
      choices: choices, hasMore: json["more"]?.bool ?? false || list.count > Self.choicesMax)
  }

  package func test(
    _ plan: RunPlan, requests: any WorkerObserver, secrets: SecretLookup?
  ) throws(Problem) -> ComponentFindings {
    let json = try answer(plan, requests: requests, secrets: secrets)
    let report = json["report"] ?? [:]
    guard let entries = report.object else {
      throw broken(plan, "check wrote \(report.text.prefix(80)), not an object")
    }
    let shown = entries.filter { ["title", "metrics", "tables", "charts", "text"].contains($0.key) }
    return ComponentFindings(
      works: entries["ok"]?.bool ?? true, message: words(entries["message"]), schema: json["schema"],
      report: shown.isEmpty ? nil : .object(shown))
  }

  private func words(_ value: JSONValue?) -> String? { value?.string.map { String($0.prefix(Self.wordsMax)) } }

  private func broken(_ plan: RunPlan, _ detail: String) -> Problem {
    Problem(.contractBroken, detail, node: plan.nodes.first?.name, plugin: plan.nodes.first?.plugin)
  }
}
