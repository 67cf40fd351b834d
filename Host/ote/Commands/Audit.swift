// ote audit: proves that nobody rewrote the log of who did what.
import ArgumentParser
import ControlPlane
import JSONValue
import Model

struct Audit: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check the audit log.", subcommands: [Verify.self])

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Recompute the chain of hashes from the first line to the last.",
      discussion: """
        Keep the hash it prints somewhere else: whoever can write the store could rewrite the whole log, but cannot make
        it end in the same hash.
        """)
    @OptionGroup var stores: StoreOptions
    @Flag(help: "Answer with JSON.") var json = false

    func run() throws {
      let verdict = try AuditLog(Workspace(stores).metadata).verify()
      if let problem = verdict.problem { throw problem }
      if json {
        return try Standard.json(
          JSONValue.object(["entries": .int(Int64(verdict.entries)), "last": verdict.last.map { .string($0) } ?? .null])
        )
      }
      print("\(verdict.entries) lines, unbroken" + (verdict.last.map { "\n\($0)" } ?? ""))
    }
  }
}
