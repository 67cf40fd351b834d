// The configuration of `evaluate`.
import JSONValue
import PluginKit
import Statistics
import TextPattern

struct TextMetricsSettings: Decodable, Sendable {
  enum Missing: String, Decodable, Sendable { case skip, empty }

  struct BleuSettings: Sendable {
    var tokenizer = Tokenizer.mteval13a
    var lowercase = false
    var smoothing = Bleu.Smoothing.exponential
    var smoothingValue: Double?
  }

  struct ChrFSettings: Sendable {
    var lowercase = false
    var whitespace = false
  }

  struct TerSettings: Sendable {
    var caseSensitive = false
    var noPunctuation = false
  }

  struct RougeSettings: Sendable { var stemmer = false }

  struct JSONSettings: Sendable {
    var fences = false
    var schema: JSONSchema?
    /// The column that holds each row's own schema.
    var schemaColumn: String?
  }

  struct RegexSettings: Sendable {
    var pattern: TextPattern?
    /// The column that holds each row's own pattern.
    var column: String?
  }

  var prediction: String
  var references: [String]
  var metrics: [MetricName]
  var groupBy: String?
  var cluster: String?
  var missing: Missing
  var prefix: String
  var bootstrap: Bootstrap?
  var bleu = BleuSettings()
  var chrf = ChrFSettings()
  var ter = TerSettings()
  var rouge = RougeSettings()
  var json = JSONSettings()
  var regex = RegexSettings()

  private enum Key: String, CodingKey {
    case prediction, references, metrics, cluster, missing, prefix, bootstrap, bleu, chrf, ter, rouge, json, regex
    case groupBy = "group_by"
    case schema, pattern, column
    case schemaColumn = "schema_column"
    case tokenizer, lowercase, smoothing, whitespace, stemmer, fences
    case smoothingValue = "smoothing_value"
    case caseSensitive = "case_sensitive"
    case noPunctuation = "no_punctuation"
  }

  private typealias Container = KeyedDecodingContainer<Key>

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    prediction = try values.decode(String.self, forKey: .prediction)
    references = try values.decodeIfPresent([String].self, forKey: .references) ?? []
    metrics = try values.decodeIfPresent([MetricName].self, forKey: .metrics) ?? [.exactMatch, .f1]
    groupBy = try values.decodeIfPresent(String.self, forKey: .groupBy)
    cluster = try values.decodeIfPresent(String.self, forKey: .cluster)
    missing = try values.decodeIfPresent(Missing.self, forKey: .missing) ?? .skip
    prefix = try values.decodeIfPresent(String.self, forKey: .prefix) ?? ""
    bootstrap =
      (try values.decodeIfPresent(BootstrapSettings.self, forKey: .bootstrap) ?? BootstrapSettings()).bootstrap
    try readEngines(values)
    try check()
  }

  private mutating func readEngines(_ values: Container) throws {
    func section(_ key: Key) throws -> Container? {
      values.contains(key) ? try values.nestedContainer(keyedBy: Key.self, forKey: key) : nil
    }
    func flag(_ section: Container?, _ key: Key) throws -> Bool {
      try section?.decodeIfPresent(Bool.self, forKey: key) ?? false
    }
    let (bleu, chrf, ter) = (try section(.bleu), try section(.chrf), try section(.ter))
    if let name = try bleu?.decodeIfPresent(String.self, forKey: .tokenizer) {
      guard let tokenizer = Tokenizer(rawValue: name) else {
        throw PluginError.configuration("there is no tokeniser '\(name)'", at: "/bleu/tokenizer")
      }
      self.bleu.tokenizer = tokenizer
    }
    if let name = try bleu?.decodeIfPresent(String.self, forKey: .smoothing) {
      guard let smoothing = Bleu.Smoothing(rawValue: name) else {
        throw PluginError.configuration("there is no smoothing '\(name)'", at: "/bleu/smoothing")
      }
      self.bleu.smoothing = smoothing
    }
    self.bleu.smoothingValue = try bleu?.decodeIfPresent(Double.self, forKey: .smoothingValue)
    self.bleu.lowercase = try flag(bleu, .lowercase)
    self.chrf.lowercase = try flag(chrf, .lowercase)
    self.chrf.whitespace = try flag(chrf, .whitespace)
    self.ter.caseSensitive = try flag(ter, .caseSensitive)
    self.ter.noPunctuation = try flag(ter, .noPunctuation)
    rouge.stemmer = try flag(try section(.rouge), .stemmer)
    try readAnswers(try section(.json), try section(.regex))
  }

  private mutating func readAnswers(_ json: Container?, _ regex: Container?) throws {
    self.json.fences = try json?.decodeIfPresent(Bool.self, forKey: .fences) ?? false
    self.json.schemaColumn = try json?.decodeIfPresent(String.self, forKey: .schemaColumn)
    if let schema = try json?.decodeIfPresent(JSONValue.self, forKey: .schema) {
      do throws(JSONSchema.Unusable) { self.json.schema = try JSONSchema(schema) } catch {
        throw PluginError.configuration("the schema cannot be used: \(error.reason)", at: "/json/schema")
      }
    }
    self.regex.column = try regex?.decodeIfPresent(String.self, forKey: .column)
    if let text = try regex?.decodeIfPresent(String.self, forKey: .pattern) {
      guard let pattern = TextPattern(text) else {
        throw PluginError.configuration(
          "'\(text)' is no pattern that can be used: it is malformed, too large, or looks around or back",
          at: "/regex/pattern")
      }
      self.regex.pattern = pattern
    }
  }

  private func check() throws {
    guard !metrics.isEmpty else { throw PluginError.configuration("no metric is chosen", at: "/metrics") }
    if let twice = metrics.first(where: { name in metrics.count { $0 == name } > 1 }) {
      throw PluginError.configuration("the metric '\(twice.rawValue)' is chosen twice", at: "/metrics")
    }
    if metrics.contains(.jsonSchema), (json.schema == nil) == (json.schemaColumn == nil) {
      throw PluginError.configuration(
        "the metric 'json_schema' needs either a schema or the column that holds one", at: "/json/schema")
    }
    if metrics.contains(.regexMatch), (regex.pattern == nil) == (regex.column == nil) {
      throw PluginError.configuration(
        "the metric 'regex_match' needs either a pattern or the column that holds one", at: "/regex/pattern")
    }
    if references.isEmpty, let needy = metrics.first(where: \.needsReference) {
      throw PluginError.configuration(
        "the metric '\(needy.rawValue)' needs a column with the expected text: name it in 'references'",
        at: "/references")
    }
  }
}
