// ote: the command line. Exit codes: 0 success, 1 failed, 2 usage, 3 stopped by a gate, 130 cancelled.
import ArgumentParser
import Glibc
import Model

struct Ote: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ote", abstract: "Runs data and LLM pipelines made of plugins.",
    version: "ote 1.0.0 (plugin ABI 1.0, draft)",
    subcommands: [
      Serve.self, Run.self, Pipelines.self, Plugins.self, Runs.self, Datasets.self, Models.self,
      Evaluations.self, Connections.self, Secrets.self, Audit.self,
    ])
}

/// Ends a command with an exit code after it has said what there is to say.
struct Exit: Error {
  let code: Int32
  static let failed = Exit(code: 1)
  static let stopped = Exit(code: 3)
  static let cancelled = Exit(code: 130)
}

@main struct Main {
  static func main() async {
    signal(SIGPIPE, SIG_IGN)
    do {
      var command = try Ote.parseAsRoot()
      if var serving = command as? any AsyncParsableCommand {
        try await serving.run()
      } else {
        try command.run()
      }
    } catch let exit as Exit {
      Glibc.exit(exit.code)
    } catch let problem as Problem {
      end(with: [problem])
    } catch let problems as Problems {
      end(with: problems.all)
    } catch {
      end(with: error)
    }
  }

  /// A program that asked for JSON gets JSON, also where the command ended before it had an answer.
  private static func end(with problems: [Problem]) -> Never {
    ProblemText.print(problems)
    if CommandLine.arguments.contains("--json") { try? Standard.json(["problems": problems]) }
    Glibc.exit(1)
  }

  /// Help and versions go to stdout with 0; anything else is a usage error.
  private static func end(with error: any Error) -> Never {
    let code = Ote.exitCode(for: error)
    let text = Ote.fullMessage(for: error)
    if code == ExitCode.success {
      if !text.isEmpty { print(text) }
      Glibc.exit(0)
    }
    Standard.error(text)
    Glibc.exit(code == ExitCode.validationFailure || code.rawValue == 64 ? 2 : 1)
  }
}
