// The model over the signals: fitted, calibrated and judged on parts that share no row.
import JSONValue
import PluginKit
import Statistics

/// What is known of a row when all signals are made.
struct SignalRow: Sendable {
  var signals: [Double?]
  var label: Bool?
  var split: String?
}

struct Assessment: Sendable {
  struct Scored: Sendable {
    var score: Double
    var isRight: Bool
  }

  let signals: [Signal]
  /// Signals of the plan that no row has.
  let dropped: [Signal]
  let model: Logistic
  let calibration: Isotonic
  let rule: AbstentionRule
  let fitRows: Int
  let calibrationRows: [Scored]
  let heldOut: [Scored]
  /// The held-out rows' signals, in the order of `signals`.
  let heldOutSignals: [(signals: [Double], isRight: Bool)]
  /// Labelled rows that lack a signal.
  let labelledWithoutSignal: Int
  private let places: [Int]

  /// Rows that each of the two parts which make the model needs at least.
  static let fewest = 20

  /// Throws where there are too few labelled rows, or only one kind of them.
  init(_ rows: [SignalRow], plan: SignalPlan, _ configuration: TrustConfiguration) throws {
    places = plan.signals.indices.filter { place in rows.contains { $0.signals[place] != nil } }
    signals = places.map { plan.signals[$0] }
    dropped = plan.signals.indices.filter { [places] in !places.contains($0) }.map { plan.signals[$0] }
    guard !places.isEmpty else {
      throw PluginError.data("no row has any of the signals \(plan.signals.map(\.rawValue).joined(separator: ", "))")
    }
    let complete = rows.indices.filter { [places] in
      rows[$0].label != nil && Self.inputs(rows[$0], places) != nil
    }
    labelledWithoutSignal = rows.count { $0.label != nil } - complete.count
    let parts = Parts(complete, rows, configuration)
    for (name, part) in [("fit the model", parts.fit), ("calibrate it", parts.calibrate)] {
      try Self.check(part, rows, name, labelled: complete.count, lacking: labelledWithoutSignal)
    }
    let inputs = { [places] (part: [Int]) in part.map { Self.inputs(rows[$0], places) ?? [] } }
    let fitInputs = inputs(parts.fit)
    guard
      let model = Logistic.fit(
        fitInputs, parts.fit.map { rows[$0].label == true }, l2: configuration.l2 ?? 1)
    else {
      throw PluginError.data("the logistic model over the signals does not settle: raise `l2`")
    }
    let scored = { (part: [Int]) in
      zip(part, inputs(part)).map { Scored(score: model.score($1), isRight: rows[$0].label == true) }
    }
    self.model = model
    fitRows = parts.fit.count
    calibrationRows = scored(parts.calibrate)
    heldOut = scored(parts.heldOut)
    heldOutSignals = zip(inputs(parts.heldOut), parts.heldOut).map { ($0, rows[$1].label == true) }
    let scores = calibrationRows.map(\.score)
    calibration = Isotonic(scores: scores, isPositive: calibrationRows.map(\.isRight))
    rule = AbstentionRule.make(
      scores, isRight: calibrationRows.map(\.isRight),
      candidates: AbstentionRule.candidates(fitInputs.map { model.score($0) }), configuration.wanted)
  }

  private static func check(_ part: [Int], _ rows: [SignalRow], _ what: String, labelled: Int, lacking: Int) throws {
    let counted =
      "\(labelled) rows have a label and every signal" + (lacking > 0 ? ", \(lacking) more lack a signal" : "")
    guard part.count >= fewest else {
      throw PluginError(
        .data, "too few labelled rows to \(what): \(part.count) where \(fewest) are needed (\(counted))",
        details: ["next": "Label more rows, or look at the split and at which signals are missing."])
    }
    let right = part.count { rows[$0].label == true }
    guard right > 0, right < part.count else {
      throw PluginError(
        .data, "the rows to \(what) are all \(right == 0 ? "wrong" : "right"): trust cannot be learned from one kind",
        details: ["next": .string("Label rows of both kinds. \(counted).")])
    }
  }

  private static func inputs(_ row: SignalRow, _ places: [Int]) -> [Double]? {
    var inputs: [Double] = []
    for place in places {
      guard let value = row.signals[place], value.isFinite else { return nil }
      inputs.append(value)
    }
    return inputs
  }

  /// nil where the row lacks a signal.
  func score(_ row: SignalRow) -> Double? { Self.inputs(row, places).map { model.score($0) } }

  /// The signals that the row lacks, of those the model uses.
  func missing(_ row: SignalRow) -> [Signal] {
    zip(places, signals).filter { place, _ in row.signals[place]?.isFinite != true }.map(\.1)
  }
}

/// Which labelled rows do what. All drawing is by the seed and looks at no label: the parts stay exchangeable.
struct Parts: Sendable, Hashable {
  var fit: [Int] = []
  var calibrate: [Int] = []
  var heldOut: [Int] = []

  init(_ labelled: [Int], _ rows: [SignalRow], _ configuration: TrustConfiguration) {
    var random = Xoshiro256(seed: configuration.seedNumber)
    guard configuration.split != nil else {
      let order = Self.shuffled(labelled, &random)
      let first = order.count * 2 / 5
      let second = order.count * 7 / 10
      (fit, calibrate, heldOut) = (Array(order[..<first]), Array(order[first..<second]), Array(order[second...]))
      return
    }
    let pool = Self.shuffled(labelled.filter { rows[$0].split == configuration.calibrationWord }, &random)
    fit = Array(pool[..<(pool.count / 2)])
    calibrate = Array(pool[(pool.count / 2)...])
    heldOut = labelled.filter { rows[$0].split == configuration.heldOutWord }
  }

  private static func shuffled(_ rows: [Int], _ random: inout Xoshiro256) -> [Int] {
    var rows = rows
    for place in rows.indices.dropFirst().reversed() { rows.swapAt(place, Int(random.below(UInt64(place + 1)))) }
    return rows
  }
}
