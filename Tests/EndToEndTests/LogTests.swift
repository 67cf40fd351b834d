// What plugins print and log, by node.
import JSONValue
import Model
import TestSupport
import Testing

struct LogTests {
  @Test func `printed lines belong to the node that printed them`() throws {
    let host = try Bench.host("prints-lines")
    let path = host.unusedPath()
    let plugins = Dictionary(uniqueKeysWithValues: FourNodes.Role.allCases.map { ($0, "prints-lines") })
    let result = try host.run(FourNodes(path: path, plugins: plugins).text)
    #expect(result.status == .succeeded)
    for role in FourNodes.Role.allCases {
      let lines = try printed(host, result.report.run, node: role.node)
      #expect(lines.count == 10, "\(role.node) has \(lines)")
      let foreign = lines.filter { !$0.hasPrefix("\(role.rawValue) says ") }
      #expect(foreign.isEmpty, "lines of others at \(role.node)")
    }
  }

  @Test(arguments: FourNodes.Role.allCases)
  func `printed lines and log calls of one node come in order`(_ role: FourNodes.Role) throws {
    let host = try Bench.host("prints-lines")
    let path = host.unusedPath()
    let result = try host.run(FourNodes(path: path, plugins: [role: "prints-lines"]).text)
    let lines = try printed(host, result.report.run, node: role.node)
    #expect(lines == (1...5).flatMap { n in ["stdout", "stderr"].map { "\(role.rawValue) says \(n) on \($0)" } })
    let other = FourNodes.Role.allCases.filter { $0 != role }
    for node in other.map(\.node) { #expect(try printed(host, result.report.run, node: node).isEmpty) }
  }

  @Test func `the log of a run reads well for people too`() throws {
    let host = try Bench.host()
    let result = try host.run(FourNodes(path: host.unusedPath()).text)
    let log = try host.ote("runs", "logs", result.report.run)
    #expect(log.code == 0)
    #expect(log.output.contains("out  sink begin"))
    #expect(log.output.contains("out  sink commit"))
    #expect(!log.output.contains("sink abort"))
  }

  @Test func `logs of a run that is not there are a coded error`() throws {
    let result = try Bench.host().ote("runs", "logs", "nothing")
    #expect(result.code == 1)
    #expect(result.errors.contains("OTE-4005"))
  }

  private func printed(_ host: TestHost, _ run: String, node: String) throws -> [String] {
    let log = try host.ote("runs", "logs", run, "--node", node, "--json")
    return try log.output.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
      .filter { $0["from"]?.string == "output" }.compactMap { $0["text"]?.string }
  }
}
