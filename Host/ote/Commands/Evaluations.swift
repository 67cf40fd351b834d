// ote evals: what evaluators and actions found out about models.
import ArgumentParser
import JSONValue
import MetadataStore
import Model
import Registry

struct Evaluations: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evals", abstract: "List, show and compare evaluations.",
    subcommands: [List.self, Show.self, Compare.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List evaluations, newest first.")
    @Option(help: "Only of this model: NAME, or NAME@VERSION.") var model: String?
    @Option(help: "Only of this pipeline.") var pipeline: String?
    @Option(name: .customLong("run"), help: "Only of this run.") var ofRun: String?
    @Option(help: "How many.") var limit = 50
    @OptionGroup var stores: StoreOptions
    @Flag(help: "Answer with JSON.") var json = false

    func run() throws {
      let metadata = try Workspace(stores).metadata
      var query = EvaluationQuery(pipeline: pipeline, run: try ofRun.map { try metadata.run($0).run }, limit: limit)
      if let model {
        let reference = try ModelReference(parsing: model)
        query.model = reference.name
        if reference.choice != .newest { query.version = try metadata.model(reference).version }
      }
      let evaluations = try metadata.evaluations(query)
      if json { return try Standard.json(evaluations) }
      guard !evaluations.isEmpty else { return print("no evaluations; a run with an evaluator leaves one") }
      var table = Table(">id", "evaluation", "models", "first figure", "when", "run")
      for evaluation in evaluations {
        let figure = evaluation.figures.first.map { "\($0.name) \(FigureText.value($0))" } ?? ""
        table.add(
          String(evaluation.id), "\(evaluation.pipeline)/\(evaluation.node)", EvaluationText.models(evaluation), figure,
          String(evaluation.createdAt.prefix(19)), evaluation.run)
      }
      print(table.text())
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show an evaluation with its figures.")
    @Argument(help: "Its number.") var id: Int64
    @OptionGroup var stores: StoreOptions
    @Flag(help: "Answer with JSON.") var json = false

    func run() throws {
      let evaluation = try Workspace(stores).metadata.evaluation(id)
      if json { return try Standard.json(evaluation) }
      print("\(Style.output.bold(evaluation.title))  \(evaluation.use)")
      print(
        "  run \(evaluation.run), node \(evaluation.node), pipeline \(evaluation.pipeline), \(evaluation.createdAt)")
      let models = EvaluationText.models(evaluation)
      if !models.isEmpty { print("  models \(models)") }
      let datasets = evaluation.datasets.map { "\($0.dataset)@\($0.version)" }
      if !datasets.isEmpty { print("  read \(datasets.joined(separator: ", "))") }
      if let rows = evaluation.rows { print("  row by row in the dataset \(rows.dataset)@\(rows.version)") }
      var table = Table("figure", ">value", "interval", ">n")
      for figure in evaluation.figures {
        table.add(
          figure.name, FigureText.value(figure), FigureText.interval(figure), figure.n.map { Figures.count($0) } ?? "")
      }
      if !table.isEmpty { print("\n" + table.text(indent: "  ")) }
      if let text = evaluation.report["text"]?.string, !text.isEmpty { print("\n\(text)") }
    }
  }

  struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show the figures of two evaluations side by side.",
      discussion: "A difference is claimed only where the intervals lie apart.")
    @Argument(help: "The number of one.") var first: Int64
    @Argument(help: "The number of the other.") var second: Int64
    @OptionGroup var stores: StoreOptions
    @Flag(help: "Answer with JSON.") var json = false

    func run() throws {
      let metadata = try Workspace(stores).metadata
      let (one, other) = (try metadata.evaluation(first), try metadata.evaluation(second))
      try ComparisonText(
        first: "\(first)", second: "\(second)", pairs: FigureComparison.pairs(one.figures, other.figures)
      ).answer(json: json)
    }
  }
}

enum EvaluationText {
  /// smollm@3, or the name that the pipeline gives a model that is not registered.
  static func models(_ evaluation: Evaluation) -> String {
    evaluation.models.map { model in
      guard let name = model.model, let version = model.version else { return model.node }
      return "\(name)@\(version)"
    }.joined(separator: ", ")
  }
}
