// ote connections budget: what may go through a connection in a day.
import ArgumentParser
import ControlPlane
import JSONValue
import MetadataStore
import Model
import Supervisor

extension Connections {
  struct Budget: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Limit what may go through a provider's connection in a day (UTC).",
      discussion: "What is not named stays as it is. A run that reaches a limit fails with OTE-3024 and can be resumed."
    )
    @OptionGroup var connection: Address
    @Option(help: "Requests of a day.") var requests: Int64?
    @Option(help: "Tokens of a day, into the model and out of it.") var tokens: Int64?
    @Option(help: "Cost of a day, in the currency that the provider counts in; needs prices.") var cost: Double?
    @Flag(help: "Take all limits away.") var none = false

    func validate() throws {
      let given: [Double] = [requests.map(Double.init), tokens.map(Double.init), cost].compactMap { $0 }
      guard none != !given.isEmpty else {
        throw ValidationError("Name limits (--requests, --tokens, --cost), or --none.")
      }
      guard given.allSatisfy({ $0 >= 0 && $0 < 1e15 }) else { throw ValidationError("A limit is 0 or more.") }
    }

    func run() throws {
      let workspace = try Workspace(connection.stores)
      let earlier = try workspace.metadata.connection(connection.name, of: connection.project).budget
      let budget =
        none
        ? ConnectionBudget()
        : ConnectionBudget(
          requestsPerDay: requests ?? earlier?.requestsPerDay, tokensPerDay: tokens ?? earlier?.tokensPerDay,
          costPerDay: cost ?? earlier?.costPerDay)
      let saved = try connection.desk(workspace).setBudget(budget, of: connection.name)
      try connection.note("connection.budget", workspace, detail: ["budget": try JSONValue(encoding: budget)])
      if connection.json { return try Standard.json(saved) }
      print("connection \(saved.name) of the project \(saved.project): \(BudgetWords.text(budget))")
    }
  }
}

enum BudgetWords {
  static func text(_ budget: ConnectionBudget) -> String {
    let parts = [
      budget.requestsPerDay.map { "\($0) requests" }, budget.tokensPerDay.map { "\($0) tokens" },
      budget.costPerDay.map { "\(Figures.short($0)) cost" },
    ].compactMap { $0 }
    return parts.isEmpty ? "no limits" : parts.joined(separator: ", ") + " a day"
  }
}
