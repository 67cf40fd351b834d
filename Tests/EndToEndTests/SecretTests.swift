// A secret reaches the plugin that was granted it, and no place where people read.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

struct SecretTests {
  /// Long, with letters that base64 and addresses would change.
  private static let canary = "c4n4ry/+\(UUID().uuidString)=&"

  /// An installation of its own, as every file of it is searched.
  private func host(grants: String = "CANARY") throws -> TestHost {
    let host = try TestHost("well-behaved", "tells-secrets")
    try host.permit("tells-secrets", secrets: [grants])
    try host.setSecret("CANARY", Self.canary + "\n")
    return host
  }

  private func document(_ host: TestHost, then: String, token: String = "${secrets.CANARY}") -> String {
    """
    apiVersion: opentrusteval/v1
    kind: Pipeline
    metadata: {name: tells}
    nodes:
      rows: {use: well-behaved/source}
      step: {use: tells-secrets/stage, in: rows, with: {token: "\(token)", path: "\(then)"}}
      out: {use: well-behaved/sink, in: step, with: {path: "\(host.unusedPath())"}}
    """
  }

  @Test func `a secret that a plugin tells everywhere is found nowhere`() throws {
    let host = try host()
    for then in ["", "fails", "crashes"] {
      let ended = try host.startRun(document(host, then: then)).finish()
      let result = try RunResult(ended)
      #expect(result.status == (then.isEmpty ? .succeeded : .failed), "\(result.problem?.detail ?? "")")
      for text in [ended.output, ended.errors] { #expect(!Self.tells(Data(text.utf8)), "\(then): \(text)") }
      // What a worker printed as it crashed is in its crash report only.
      let crash = "\(host.store)/runs/\(result.report.run)/crash-1.txt"
      let told =
        try then == "crashes"
        ? String(contentsOfFile: crash, encoding: .utf8) : host.ote("runs", "logs", result.report.run).output
      #expect(told.contains("printed: •••"), "\(told)")
      #expect(told.contains("user:•••@example"))
      if then == "fails" {
        #expect(result.problem?.detail == "The server refuses •••.")
        #expect(result.problem?.next == "Do not use •••.")
      }
      if then == "crashes" {
        #expect(told.contains("half a line of •••"))
      }
    }
    #expect(try Self.filesThatTell(below: host.folder.path) == [])
  }

  @Test func `neither arguments nor environment of a worker hold a secret`() throws {
    let host = try host()
    let run = try host.startRun(document(host, then: "waits"))
    #expect(try run.waitForLine { $0.contains("is waiting") } != nil)
    let workers = try Self.children(of: run.pid)
    #expect(workers.count == 1)
    for process in workers + [run.pid] {
      for name in ["cmdline", "environ"] {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: "/proc/\(process)/\(name)"))
        #expect(!bytes.isEmpty)
        #expect(!Self.tells(bytes), "\(name) of \(process)")
      }
    }
    #expect(try Self.filesThatTell(below: host.folder.path) == [], "while it runs")
    run.signal(SIGINT)
    #expect(try RunResult(run.finish()).status == .cancelled)
    #expect(try Self.filesThatTell(below: host.folder.path) == [])
  }

  @Test func `a plugin is given no secret that its manifest does not grant`() throws {
    let host = try host(grants: "other-*")
    let result = try host.startRun(document(host, then: "")).finish()
    #expect(result.code == 1)
    #expect(result.errors.contains("does not grant it the secret 'CANARY'"), "\(result.errors)")
  }

  @Test func `a plugin gets only the secrets that its configuration names`() throws {
    let host = try host(grants: "*")
    try host.setSecret("OTHER", "something else")
    let result = try RunResult(host.startRun(document(host, then: "", token: "${secrets.OTHER}")).finish())
    #expect(result.status == .failed)
    #expect(result.problem?.detail.contains("no secret 'CANARY' stands in this node's configuration") == true)
  }

  @Test func `a secret that nobody has set fails the run in words`() throws {
    let host = try host()
    #expect(try host.ote("secrets", "remove", "CANARY").code == 0)
    let result = try RunResult(host.startRun(document(host, then: "")).finish())
    #expect(result.status == .failed)
    #expect(result.problem?.detail.contains("has no secret 'CANARY'") == true, "\(result.problem?.detail ?? "")")
  }

  @Test func `a key in the environment opens every secret of a run, and no key file is made`() throws {
    let host = try host()
    let keyFile = "\(host.store)/secrets.key"
    try FileManager.default.removeItem(atPath: keyFile)
    let key = ["OTE_SECRET_KEY": Data(repeating: 7, count: 32).base64EncodedString()]
    let value = try host.folder.write(Self.canary, to: "value")
    #expect(try host.ote("secrets", "set", "CANARY", environment: key, input: value).code == 0)
    let twice = document(host, then: "").replacing(
      "  out: {use: well-behaved/sink, in: step",
      with: "  again: {use: tells-secrets/stage, in: step, with: {token: \"${secrets.CANARY}\", path: \"\"}}\n"
        + "  out: {use: well-behaved/sink, in: again")
    let run = try host.ote("run", try host.document(twice), environment: key)
    #expect(run.code == 0, "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: keyFile))
  }

  // MARK: looking for it

  private static func tells(_ bytes: Data) -> Bool {
    [Data(canary.utf8), Data(Data(canary.utf8).base64EncodedString().utf8), Data(canary.utf8.prefix(20))]
      .contains { bytes.range(of: $0) != nil }
  }

  private static func filesThatTell(below folder: String) throws -> [String] {
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    #expect(names.contains { $0.hasSuffix("metadata.sqlite") } && names.contains { $0.hasSuffix("log.jsonl") })
    return names.filter { name in
      (try? Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))).map(tells) ?? false
    }
  }

  private static func children(of parent: Int32) throws -> [Int32] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap(Int32.init).filter { process in
      let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
      return status.contains("\nPPid:\t\(parent)\n")
    }
  }
}
