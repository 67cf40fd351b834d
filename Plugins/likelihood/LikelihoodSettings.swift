// The configuration of `evaluate`.
import PluginKit
import Statistics

struct LikelihoodSettings: Decodable, Sendable {
  enum Task: String, Decodable, Sendable {
    case multipleChoice = "multiple_choice"
    case perplexity
  }

  enum OnError: String, Decodable, Sendable { case fail, missing }

  var task: Task
  var text: String?
  var prompt: String?
  var choices: [String]
  var answer: String?
  var answerFrom: Int
  var delimiter: String
  /// Columns with log-probabilities that somebody else computed: no model is asked then.
  var logLikelihood: String?
  var tokens: String?
  var parallel: Int
  var onError: OnError
  var groupBy: String?
  var cluster: String?
  var prefix: String
  var bootstrap: Bootstrap?

  private enum CodingKeys: String, CodingKey {
    case task, text, prompt, choices, answer, delimiter, tokens, parallel, cluster, prefix, bootstrap
    case answerFrom = "answer_from"
    case logLikelihood = "log_likelihood"
    case onError = "on_error"
    case groupBy = "group_by"
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    task = try values.decode(Task.self, forKey: .task)
    text = try values.decodeIfPresent(String.self, forKey: .text)
    prompt = try values.decodeIfPresent(String.self, forKey: .prompt)
    choices = try values.decodeIfPresent([String].self, forKey: .choices) ?? []
    answer = try values.decodeIfPresent(String.self, forKey: .answer)
    answerFrom = try values.decodeIfPresent(Int.self, forKey: .answerFrom) ?? 0
    delimiter = try values.decodeIfPresent(String.self, forKey: .delimiter) ?? " "
    logLikelihood = try values.decodeIfPresent(String.self, forKey: .logLikelihood)
    tokens = try values.decodeIfPresent(String.self, forKey: .tokens)
    parallel = try values.decodeIfPresent(Int.self, forKey: .parallel) ?? 4
    onError = try values.decodeIfPresent(OnError.self, forKey: .onError) ?? .fail
    groupBy = try values.decodeIfPresent(String.self, forKey: .groupBy)
    cluster = try values.decodeIfPresent(String.self, forKey: .cluster)
    prefix = try values.decodeIfPresent(String.self, forKey: .prefix) ?? ""
    bootstrap =
      (try values.decodeIfPresent(BootstrapSettings.self, forKey: .bootstrap) ?? BootstrapSettings()).bootstrap
    try check()
  }

  private func check() throws {
    guard (1...256).contains(parallel) else {
      throw PluginError.configuration("'parallel' lies between 1 and 256", at: "/parallel")
    }
    switch task {
    case .perplexity:
      if text == nil { throw PluginError.configuration("name the column of the text to judge", at: "/text") }
    case .multipleChoice:
      if prompt == nil, logLikelihood == nil {
        throw PluginError.configuration("name the column of the question", at: "/prompt")
      }
      if choices.isEmpty { throw PluginError.configuration("name the columns of the choices", at: "/choices") }
      if answer == nil { throw PluginError.configuration("name the column of the right choice", at: "/answer") }
    }
  }
}
