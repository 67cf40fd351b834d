// What forms ask of a component, answered by a throw-away worker, and held against the contract: the words are a plugin's.
package import JSONValue
package import Model
package import WorkerPool

/// Choices for a field.
package struct FieldChoices: Sendable {
  package struct Choice: Sendable {
    /// What the field becomes, or the http(s) address of a page to be opened.
    package enum Act: Sendable {
      case fill(JSONValue)
      case open(String)
    }
    package var act: Act
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
  private static let linkMax = 8192

  package func options(
    _ plan: RunPlan, requests: any WorkerObserver, secrets: SecretLookup?
  ) throws(Problem) -> FieldChoices {
    let json = try answer(plan, requests: requests, secrets: secrets)
    guard let list = json["choices"]?.array else {
      throw broken(plan, "list wrote \(json.text.prefix(80)), not {\"choices\": [...]}")
    }
    var choices: [FieldChoices.Choice] = []
    for (index, item) in list.prefix(Self.choicesMax).enumerated() {
      choices.append(
        FieldChoices.Choice(
          act: try act(item, index, plan), title: words(item["title"]), help: words(item["help"])))
    }
    return FieldChoices(
      choices: choices, hasMore: json["more"]?.bool ?? false || list.count > Self.choicesMax)
  }

  private func act(
    _ item: JSONValue, _ index: Int, _ plan: RunPlan
  ) throws(Problem) -> FieldChoices.Choice.Act {
    if let value = item["value"] {
      guard value.object == nil, value.array == nil else {
        throw broken(plan, "choice \(index) of list has no plain value")
      }
      return .fill(value)
    }
    guard let link = item["link"]?.string else {
      throw broken(plan, "choice \(index) of list has neither a value nor a link")
    }
    // A page that opens it runs whatever else an address can be.
    let isPage = ["https://", "http://"].contains { link.lowercased().hasPrefix($0) }
    guard isPage, link.utf8.count <= Self.linkMax else {
      throw broken(plan, "the link of choice \(index) is no address of a page: \(link.prefix(80))")
    }
    return .open(link)
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
