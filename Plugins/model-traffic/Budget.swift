// What a run has used, and what it may use.
internal import JSONValue
internal import PluginKit

/// Tokens and money so far, with what requests under way are thought to take.
struct Budget {
  let limits: Limits?
  let prices: Prices?
  private(set) var input = 0
  private(set) var output = 0
  private(set) var spent = 0.0
  /// What an earlier attempt of the run had used: it is part of the budget, and was told then.
  private var carried = (input: 0, output: 0, spent: 0.0)
  private var reservedTokens = 0
  private var reservedSpend = 0.0

  init(_ limits: Limits?, _ prices: Prices?) {
    self.limits = limits
    self.prices = prices
  }

  var isLimited: Bool { limits?.tokens_per_run != nil || limits?.spend_per_run != nil }
  private var currency: String { prices?.currency ?? "USD" }

  func cost(_ usage: TokenUsage) -> Double {
    guard let prices else { return 0 }
    let cached = min(usage.input, usage.cached ?? 0)
    let fresh = Double(usage.input - cached) * prices.input
    let known = Double(cached) * (prices.cached_input ?? prices.input)
    return (fresh + known + Double(usage.output) * prices.output) / 1e6
  }

  enum Verdict: Equatable {
    case fits
    /// Others under way may turn out to leave room.
    case unclear
    case spent(String, [String: JSONValue])
  }

  func judge(_ estimate: TokenUsage) -> Verdict {
    let wanted = estimate.input + estimate.output
    if let limit = limits?.tokens_per_run {
      if input + output + wanted > limit { return over("tokens", input + output, wanted, limit, "tokens_per_run") }
      if input + output + reservedTokens + wanted > limit { return .unclear }
    }
    if let limit = limits?.spend_per_run {
      let price = cost(estimate)
      if spent + price > limit {
        let words =
          "the budget of this run is used up: \(money(spent)) of \(money(limit)) are spent, and the next request may "
          + "cost \(money(price))"
        return .spent(words, ["spent": .double(spent), "limit": .double(limit), "path": "/limits/spend_per_run"])
      }
      if spent + reservedSpend + price > limit { return .unclear }
    }
    return .fits
  }

  private func over(_ what: String, _ used: Int, _ wanted: Int, _ limit: Int, _ key: String) -> Verdict {
    let words =
      "the budget of this run is used up: \(used) of \(limit) \(what) are used, and the next request may take \(wanted)"
    return .spent(
      words, ["used": .int(Int64(used)), "limit": .int(Int64(limit)), "path": .string("/limits/\(key)")])
  }

  private func money(_ amount: Double) -> String {
    // A single request may cost a fraction of a cent.
    let parts = amount < 0.01 ? 1e9 : 1e4
    return "\((amount * parts).rounded() / parts) \(currency)"
  }

  mutating func reserve(_ estimate: TokenUsage) {
    reservedTokens += estimate.input + estimate.output
    reservedSpend += cost(estimate)
  }

  mutating func settle(_ estimate: TokenUsage, _ usage: TokenUsage) {
    reservedTokens -= estimate.input + estimate.output
    reservedSpend -= cost(estimate)
    input += usage.input
    output += usage.output
    spent += cost(usage)
  }

  /// What an earlier attempt of the same run had used.
  mutating func carryOn(_ json: JSONValue) {
    input = json["input"]?.int.flatMap { Int(exactly: $0) } ?? 0
    output = json["output"]?.int.flatMap { Int(exactly: $0) } ?? 0
    spent = json["spent"]?.double ?? 0
    carried = (input, output, spent)
  }

  /// What this attempt has used.
  var here: (input: Int, output: Int, cost: Double) {
    (input - carried.input, output - carried.output, spent - carried.spent)
  }

  func json(of run: String) -> JSONValue {
    ["run": .string(run), "input": .int(Int64(input)), "output": .int(Int64(output)), "spent": .double(spent)]
  }
}
