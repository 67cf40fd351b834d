// The chosen metrics, row by row: the numbers that add up, and the row's own scores.
import JSONValue
import Statistics
import TextPattern

struct RowScorer {
  let names: [MetricName]
  let width: Int
  private var bleu: Bleu
  private var chrf: ChrF
  private var chrfPlusPlus: ChrF
  private var ter: Ter
  private var rouge: Rouge
  private var squad = Squad()
  private let unwrapsJSON: Bool
  private let schema: JSONSchema?
  private let pattern: TextPattern?
  /// Schemas of rows by their text: rows often share one. nil for one that cannot be used.
  private var schemas: [String: JSONSchema?] = [:]

  init(_ settings: TextMetricsSettings) {
    names = settings.metrics
    width = names.reduce(0) { $0 + $1.width }
    bleu = Bleu()
    bleu.tokenizer = settings.bleu.tokenizer
    bleu.lowercase = settings.bleu.lowercase
    bleu.smoothing = settings.bleu.smoothing
    bleu.smoothingValue = settings.bleu.smoothingValue
    chrf = ChrF(wordOrder: 0)
    chrfPlusPlus = ChrF(wordOrder: 2)
    chrf.lowercase = settings.chrf.lowercase
    chrf.keepsSpace = settings.chrf.whitespace
    chrfPlusPlus.lowercase = settings.chrf.lowercase
    chrfPlusPlus.keepsSpace = settings.chrf.whitespace
    ter = Ter()
    ter.caseSensitive = settings.ter.caseSensitive
    ter.withoutPunctuation = settings.ter.noPunctuation
    rouge = Rouge(usesStemmer: settings.rouge.stemmer)
    unwrapsJSON = settings.json.fences
    schema = settings.json.schema
    pattern = settings.regex.pattern
  }

  /// `numbers` are `width` long. A score is NaN where the metric cannot judge the row: it needs a reference, or one that is
  /// JSON or a call, and there is none.
  mutating func measure(
    prediction: [UInt8], references: [[UInt8]], schema: String? = nil, pattern: String? = nil
  ) -> (numbers: [Double], scores: [Double]) {
    var row = MeasuredRow(
      prediction: prediction, references: references, schema: schema.map { own($0) } ?? self.schema,
      pattern: pattern.map { TextPattern($0) } ?? self.pattern, unwrapsJSON: unwrapsJSON)
    var numbers: [Double] = []
    var scores: [Double] = []
    numbers.reserveCapacity(width)
    scores.reserveCapacity(names.count)
    var rougeTokens: RougeTokens?
    var squadWords: SquadWords?
    for name in names {
      if name.needsReference, references.isEmpty {
        numbers += repeatElement(0, count: name.width)
        scores.append(.nan)
        continue
      }
      switch name {
      case .bleu:
        let own = bleu.statistics(prediction, references)
        numbers += own
        scores.append(own.withUnsafeBufferPointer { bleu.score($0, effectiveOrder: true) })
      case .chrf:
        let own = chrf.statistics(prediction, references)
        numbers += own
        scores.append(own.withUnsafeBufferPointer { chrf.score($0) })
      case .chrfPlusPlus:
        let own = chrfPlusPlus.statistics(prediction, references)
        numbers += own
        scores.append(own.withUnsafeBufferPointer { chrfPlusPlus.score($0) })
      case .ter:
        let own = ter.statistics(prediction, references)
        numbers += own
        scores.append(own.withUnsafeBufferPointer { ter.score($0) })
      case .rouge1, .rouge2, .rougeL, .rougeLsum:
        let tokens = rougeTokens ?? tokens(row)
        rougeTokens = tokens
        Self.append(rougeScore(name, tokens), &numbers, &scores)
      case .normalizedExactMatch, .f1:
        let words = squadWords ?? words(row)
        squadWords = words
        Self.append(squadScore(name, words), &numbers, &scores)
      default: Self.append(Self.value(name, &row), &numbers, &scores)
      }
    }
    return (numbers, scores)
  }

  /// Static: a method would copy the whole scorer before the value, which may change it, is worked out.
  private static func append(_ value: Double, _ numbers: inout [Double], _ scores: inout [Double]) {
    numbers.append(value.isNaN ? 0 : value)
    numbers.append(value.isNaN ? 0 : 1)
    scores.append(value)
  }

  private mutating func own(_ text: String) -> JSONSchema? {
    if let known = schemas[text] { return known }
    if schemas.count > 1000 { schemas = [:] }
    let schema = (try? JSONValue(parsing: text)).flatMap { try? JSONSchema($0) }
    schemas[text] = .some(schema)
    return schema
  }

  // MARK: single metrics

  private struct RougeTokens {
    var prediction: Rouge.Tokens
    var references: [Rouge.Tokens]
  }

  private mutating func tokens(_ row: MeasuredRow) -> RougeTokens {
    rouge.removeWords()
    let prediction = rouge.tokens(row.prediction)
    return RougeTokens(prediction: prediction, references: row.references.map { rouge.tokens($0) })
  }

  private struct SquadWords {
    var prediction: [Int32]
    var references: [[Int32]]
  }

  private mutating func words(_ row: MeasuredRow) -> SquadWords {
    squad.removeWords()
    let prediction = squad.words(row.prediction)
    return SquadWords(prediction: prediction, references: row.references.map { squad.words($0) })
  }

  private mutating func squadScore(_ name: MetricName, _ words: SquadWords) -> Double {
    if name == .normalizedExactMatch { return words.references.contains(words.prediction) ? 1 : 0 }
    return words.references.reduce(0) { max($0, squad.f1(words.prediction, $1)) }
  }

  private mutating func rougeScore(_ name: MetricName, _ tokens: RougeTokens) -> Double {
    let variant: Rouge.Variant =
      switch name {
      case .rouge1: .grams(1)
      case .rouge2: .grams(2)
      case .rougeL: .subsequence
      default: .summary
      }
    return tokens.references.reduce(0) {
      max($0, rouge.score(variant, prediction: tokens.prediction, reference: $1).f)
    }
  }

  private static func value(_ name: MetricName, _ row: inout MeasuredRow) -> Double {
    switch name {
    case .exactMatch: return row.references.contains(row.prediction) ? 1 : 0
    case .editSimilarity:
      let prediction = row.prediction
      return row.references.reduce(0) { max($0, EditDistance.similarity(prediction, $1)) }
    case .jsonValid: return row.predictionJSON == nil ? 0 : 1
    case .jsonSchema:
      guard let schema = row.schema else { return .nan }
      return row.predictionJSON.map { schema.accepts($0) ? 1 : 0 } ?? 0
    case .regexMatch:
      guard let pattern = row.pattern else { return .nan }
      return pattern.matches(String(decoding: row.prediction, as: UTF8.self)) ? 1 : 0
    case .jsonEqual, .jsonFields:
      let wanted = row.referenceJSON
      if wanted.isEmpty { return .nan }
      guard let given = row.predictionJSON else { return 0 }
      if name == .jsonEqual { return wanted.contains(given) ? 1 : 0 }
      return wanted.reduce(0) { max($0, JSONAnswers.fieldF1(given, $1)) }
    case .callMatch, .callNameMatch:
      let wanted = row.referenceCalls
      if wanted.isEmpty { return .nan }
      guard let given = row.predictionCalls else { return 0 }
      let isEqual = name == .callMatch ? JSONAnswers.areEqual : JSONAnswers.haveEqualNames
      return wanted.contains { isEqual(given, $0) } ? 1 : 0
    default: return .nan
    }
  }

  // MARK: the whole

  /// The scores of sums over rows; a mean of no rows is NaN.
  func figures(_ sums: UnsafeBufferPointer<Double>, _ out: UnsafeMutableBufferPointer<Double>) {
    var place = 0
    for (index, name) in names.enumerated() {
      let own = UnsafeBufferPointer(rebasing: sums[place..<place + name.width])
      place += name.width
      switch name {
      case .bleu: out[index] = bleu.score(own)
      case .chrf: out[index] = chrf.score(own)
      case .chrfPlusPlus: out[index] = chrfPlusPlus.score(own)
      case .ter: out[index] = ter.score(own)
      default: out[index] = own[0] / own[1]
      }
    }
  }
}
