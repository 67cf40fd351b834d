// How the host is watched: its log, and where traces and lineage go.
import ArgumentParser
import Foundation
import Logging
import Model
import Telemetry

struct TelemetryOptions: ParsableArguments {
  @Option(help: "How the log on stderr is written: text for people, json for programs.") var logFormat = LogFormat.text
  @Option(
    help: "The least severe lines that are logged: \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")).",
    transform: Self.level)
  var logLevel = Logger.Level.info
  @Option(help: ArgumentHelp("A file that gets each run's OpenLineage events, one a line.", valueName: "file"))
  var lineageFile: String?

  @Sendable private static func level(_ text: String) throws -> Logger.Level {
    guard let level = Logger.Level(rawValue: text) else {
      throw ValidationError("--log-level does not take '\(text)'.")
    }
    return level
  }

  /// What can be wrong is found before anything is opened that has to be closed.
  func telemetry() throws -> Telemetry {
    let sink = LogSink()
    let log = HostLog.logger(logFormat, level: logLevel, to: sink, isColored: Style.error.enabled)
    let variables = TelemetryEnvironment(ProcessInfo.processInfo.environment)
    let tracing = try TraceSettings(variables)
    let lineage = try LineageSettings(variables, file: lineageFile.map(Workspace.absolute))
    return Telemetry(
      log: log, sink: sink, lineage: try lineage.map { try LineageFeed($0, log: log) },
      traces: tracing.map { Traces($0, version: HostVersion.text, log: log) })
  }
}

extension LogFormat: ExpressibleByArgument {}
