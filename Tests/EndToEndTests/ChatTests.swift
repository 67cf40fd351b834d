// `ote models chat`: with a saved connection, with any provider, and with providers that fail.
import Foundation
import JSONValue
import Model
import TestSupport
import Testing

struct ChatTests {
  private func host(_ mode: String) throws -> TestHost { try FarModel.host(mode, "parrot") }

  private func chat(_ host: TestHost, _ arguments: String..., input: String = "/dev/null") throws -> ProgramResult {
    try host.start(["models", "chat"] + arguments, input: input).finish()
  }

  @Test func `a saved connection answers, and what it took is counted`() throws {
    let result = try chat(host("plain"), "--connection", "far", "--prompt", "hello")
    #expect(result.code == 0, "\(result.errors)")
    #expect(result.output.contains("Hällo 🌍!"))
    #expect(result.errors.contains("12 tokens in, 3 out"), "\(result.errors)")
  }

  @Test func `any provider answers by its name and configuration, and remembers until told to begin again`() throws {
    let host = try host("plain")
    let lines = try host.folder.write("one\n/new\ntwo\n", to: "lines")
    let result = try chat(host, "--use", "parrot/model", "--with", "{\"voice\": \"Polly: \"}", input: lines)
    #expect(result.code == 0, "\(result.errors)")
    let answers = result.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    #expect(answers == ["Polly: one", "Polly: two"])
  }

  @Test(
    arguments: [
      ("unauthorized", "OTE-3015", "API key"), ("quota", "OTE-3014", "balance"),
      ("missing", "OTE-3011", "model's name"), ("context", "OTE-3012", "Shorten the prompt"),
      ("cut", "OTE-3013", "Try again"),
    ])
  func `a provider that fails is told by its code and what to do, never with the key`(
    mode: String, code: String, next: String
  ) throws {
    let result = try chat(host(mode), "--connection", "far", "--prompt", "hello")
    #expect(result.code == 1)
    #expect(result.errors.contains(code), "\(result.errors)")
    let advice = try #require(result.errors.split(separator: "\n").first { $0.contains("next  ") })
    #expect(advice.contains(next))
    #expect(!(result.output + result.errors).contains(FarModel.key))
  }

  @Test func `a provider that crashes ends its conversation only`() throws {
    let host = try host("plain")
    let crashed = try chat(host, "--use", "parrot/model", "--prompt", "die")
    #expect(crashed.code == 1)
    #expect(crashed.errors.contains("OTE-3001") && crashed.errors.contains("plugin 'parrot'"), "\(crashed.errors)")
    #expect(try chat(host, "--use", "parrot/model", "--prompt", "live").output.contains("live"))
  }

  @Test func `a connection or a component that is not there is named, with what is near`() throws {
    let host = try host("plain")
    let unknown = try chat(host, "--connection", "fars", "--prompt", "hello")
    #expect(unknown.code == 1 && unknown.errors.contains("OTE-4009") && unknown.errors.contains("did you mean 'far'?"))
    let nothing = try chat(host, "--use", "parrot/nothing", "--prompt", "hello")
    #expect(nothing.code == 1 && nothing.errors.contains("OTE-1013") && nothing.errors.contains("known: model"))
  }
}
