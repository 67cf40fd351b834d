// What the user may set, decoded, checked, and as the Python process wants it.
import JSONValue
import PluginKit

/// The keys that only the plugin reads; all others go to the Python process under their names.
struct Settings: Decodable, Sendable {
  /// What a row holds.
  enum DataFormat: String, Sendable, CaseIterable { case auto, chat, completion, text }

  var dataFormat: DataFormat
  var columns: [String: String]
  var basePath: String?
  var python: String?
  var cacheFolder: String?
  var needsValidation: Bool
  /// Of the Python process, but for `data_format`.
  private(set) var values: [String: JSONValue]

  init(from decoder: any Decoder) throws {
    let given = try JSONValue(from: decoder).object ?? [:]
    values = SettingsSchema.defaults.merging(given) { _, new in new }
    dataFormat = try Self.word(values["data_format"], at: "/data_format")
    columns = [:]
    for name in ["messages", "tools", "prompt", "completion", "text"] {
      columns[name] = values["\(name)_column"]?.string ?? name
    }
    basePath = values["base_path"]?.string
    python = values["python"]?.string
    cacheFolder = values["cache_folder"]?.string
    needsValidation = (values["patience"]?.int ?? 0) > 0
    for key in SettingsSchema.ours { values[key] = nil }
    try check()
  }

  private static func word<T: RawRepresentable<String> & CaseIterable>(_ value: JSONValue?, at path: String) throws -> T
  {
    if let known = value?.string.flatMap(T.init(rawValue:)) { return known }
    let words = T.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    throw PluginError.configuration("it has to be one of \(words)", at: path)
  }

  /// What the schema cannot say, and what a caller without a schema may get wrong.
  private func check() throws {
    for (key, least) in SettingsSchema.integers {
      guard let value = values[key]?.int, value >= least else {
        throw PluginError.configuration("\(key) has to be a whole number of at least \(least)", at: "/\(key)")
      }
    }
    for (key, least) in SettingsSchema.numbers {
      guard let value = values[key]?.double, value.isFinite, value >= least else {
        throw PluginError.configuration("\(key) has to be a number of at least \(least)", at: "/\(key)")
      }
    }
    for (key, words) in SettingsSchema.words where values[key]?.string.map(words.contains) != true {
      throw PluginError.configuration("\(key) has to be one of \(words.joined(separator: ", "))", at: "/\(key)")
    }
    guard let rate = values["learning_rate"]?.double, rate > 0 else {
      throw PluginError.configuration("the learning rate has to be more than 0", at: "/learning_rate")
    }
    guard let dropout = values["dropout"]?.double, dropout < 1 else {
      throw PluginError.configuration("dropout has to be less than 1", at: "/dropout")
    }
    let targets = values["target_modules"]
    guard targets == "all-linear" || targets?.array?.isEmpty == false else {
      throw PluginError.configuration(
        "target_modules has to be \"all-linear\" or a list of names such as q_proj", at: "/target_modules")
    }
  }
}
