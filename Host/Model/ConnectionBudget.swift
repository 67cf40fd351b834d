// What may go through a connection in a day, and whether there is room for more.

/// Limits of a day (UTC); nil is no limit. The host holds to them, whatever the provider's plugin does by itself.
package struct ConnectionBudget: Codable, Sendable, Hashable {
  package var requestsPerDay: Int64?
  /// Into the model and out of it together.
  package var tokensPerDay: Int64?
  /// In the currency that the provider's plugin counts in.
  package var costPerDay: Double?

  package init(requestsPerDay: Int64? = nil, tokensPerDay: Int64? = nil, costPerDay: Double? = nil) {
    self.requestsPerDay = requestsPerDay
    self.tokensPerDay = tokensPerDay
    self.costPerDay = costPerDay
  }

  package var isEmpty: Bool { requestsPerDay == nil && tokensPerDay == nil && costPerDay == nil }

  private enum CodingKeys: String, CodingKey {
    case requestsPerDay = "requests_per_day"
    case tokensPerDay = "tokens_per_day"
    case costPerDay = "cost_per_day"
  }
}

/// A connection's budget with what is used of it.
package struct ConnectionAllowance: Codable, Sendable, Hashable {
  package var connection: String
  package var budget: ConnectionBudget
  /// What had gone through it that day when this was looked up.
  package var before: ConnectionUsage

  package init(connection: String, budget: ConnectionBudget, before: ConnectionUsage) {
    self.connection = connection
    self.budget = budget
    self.before = before
  }

  /// Why no further request may go out, when `since` has been used beside `before` and `begun` requests were let out,
  /// ended or not; nil while there is room. How much a request takes is known afterwards only: the last one may go over.
  package func problem(since: ConnectionUsage, begun: Int64 = 0) -> Problem? {
    let requests = (before.requests ?? 0) + max(since.requests ?? 0, begun)
    if let limit = budget.requestsPerDay, requests >= limit {
      return spent("\(requests)", "\(limit) request\(limit == 1 ? "" : "s")", "requests")
    }
    let tokens = [before, since].reduce(Int64(0)) { $0 + ($1.inputTokens ?? 0) + ($1.outputTokens ?? 0) }
    if let limit = budget.tokensPerDay, tokens >= limit { return spent("\(tokens)", "\(limit) tokens", "tokens") }
    guard let limit = budget.costPerDay else { return nil }
    if since.cost == nil, let requests = since.requests, requests > 0 {
      return Problem(
        .budgetSpent,
        "the connection '\(connection)' has a budget for cost, and its provider tells no cost, so nobody knows what is left",
        next: "Set the prices in its configuration, or a budget of tokens instead")
    }
    let cost = (before.cost ?? 0) + (since.cost ?? 0)
    return cost >= limit ? spent(Self.money(cost), "\(Self.money(limit)) of cost", "cost") : nil
  }

  private func spent(_ used: String, _ limit: String, _ option: String) -> Problem {
    Problem(
      .budgetSpent, "the connection '\(connection)' may use \(limit) a day, and \(used) are used today (UTC)",
      next:
        "Wait for tomorrow, raise it (ote connections budget \(connection) --\(option) N), or name another connection")
  }

  private static func money(_ amount: Double) -> String { "\((amount * 1e6).rounded() / 1e6)" }
}
