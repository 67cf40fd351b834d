// ote runs: what ran, how it ended, what it said.
import ArgumentParser
import Glibc
import JSONValue
import MetadataStore
import Model
import Supervisor
import WorkerProtocol

import FoundationEssentials

struct Runs: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List and inspect runs.", subcommands: [List.self, Show.self, Logs.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List runs, newest first.")
    @OptionGroup var stores: StoreOptions
    @Option(name: [.short, .long], help: "At most so many.") var limit = 20
    @Option(help: "Only runs older than this one.") var before: String?
    @Option(help: "Only this pipeline.") var pipeline: String?
    @Option(help: "Only this status.") var status: String?
    @Flag(help: "Answer with JSON.") var json = false

    func validate() throws {
      guard limit > 0 else { throw ValidationError("--limit takes a number above zero.") }
      if let status, RunStatus(rawValue: status) == nil {
        throw ValidationError("--status takes queued, running, succeeded, failed, stopped or cancelled.")
      }
    }

    func run() throws {
      let workspace = try Workspace(stores)
      try workspace.supervisor.recover()
      let query = RunQuery(
        limit: limit, before: before, status: status.flatMap { RunStatus(rawValue: $0) }, pipeline: pipeline)
      let runs = try workspace.metadata.runs(query)
      if json { return try Standard.json(runs) }
      guard !runs.isEmpty else { return print("no runs yet; start one: ote run FILE") }
      var table = Table("run", "pipeline", "status", "started", ">time", "problem")
      for run in runs {
        table.add(
          run.run, "\(run.pipeline.name) v\(run.pipeline.version)", run.status.rawValue,
          String(run.startedAt.prefix(19)), Figures.seconds(run.seconds), run.problem ?? "")
      }
      print(table.text())
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show one run: nodes, findings, outputs, problems.")
    @Argument(help: ArgumentHelp("The run's id, or the start of it.", valueName: "run")) var id: String
    @OptionGroup var stores: StoreOptions
    @Flag(help: "Answer with JSON.") var json = false

    func run() throws {
      let workspace = try Workspace(stores)
      let report = try workspace.metadata.run(id)
      if json { return try Standard.json(report) }
      ReportText(report, artifacts: workspace.artifacts).print()
      let record = RunRecord(home: workspace.home, run: report.run)
      if access(record.failingFolder, F_OK) == 0 { print("\n  failing rows  \(record.failingFolder)") }
      if access(record.logPath, F_OK) == 0 { print("  log           \(record.logPath)") }
      for attempt in 1...max(1, report.attempts) where access("\(record.folder)/crash-\(attempt).txt", F_OK) == 0 {
        print("  crash report  \(record.folder)/crash-\(attempt).txt")
      }
    }
  }

  struct Logs: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print a run's log lines.")
    @Argument(help: ArgumentHelp("The run's id, or the start of it.", valueName: "run")) var id: String
    @Option(help: "Only this node.") var node: String?
    @OptionGroup var stores: StoreOptions
    @Flag(help: "One JSON object a line.") var json = false

    func run() throws {
      let workspace = try Workspace(stores)
      let report = try workspace.metadata.run(id)
      let record = RunRecord(home: workspace.home, run: report.run)
      guard let text = try? String(contentsOfFile: record.logPath, encoding: .utf8) else { return }
      for line in text.split(separator: "\n") {
        guard let entry = try? JSONValue(parsing: String(line)).decode(LogLine.self), node == nil || entry.node == node
        else { continue }
        if json {
          print(line)
        } else {
          let level = entry.level == .info ? "" : " \(entry.level)"
          print("\(entry.at)  \(entry.node ?? "host")\(level)  \(entry.text)")
        }
      }
    }
  }
}
