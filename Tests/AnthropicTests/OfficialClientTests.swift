// Anthropic's own client and the provider against the same stand-in: they have to understand the same.
import Foundation
import JSONValue
import PluginKit
import PluginTesting
import TestSupport
import Testing

@testable import AnthropicPlugin

@Suite struct OfficialClientTests {
  private static let modes = ["plain", "tools", "thinks", "length", "sequence", "refusal"]
  private static let refusals: [(mode: String, error: String)] = [
    ("overloaded", "OverloadedError"), ("busy", "RateLimitError"), ("broken", "InternalServerError"),
    ("denied", "PermissionDeniedError"), ("missing", "NotFoundError"), ("long", "BadRequestError"),
    ("large", "ContentTooLargeError"),
  ]

  private static let official = Result<JSONValue, any Error> {
    let ended = try RunningProgram(
      try ProviderPeers.interpreter.get(),
      [ProviderPeers.script("official_anthropic.py"), try StandIn.base(), StandIn.secret] + modes
        + refusals.map(\.mode), environment: ProcessInfo.processInfo.environment
    ).finish(within: 120)
    guard ended.code == 0 else { throw PluginError(.internal, ended.errors) }
    return try JSONValue(parsing: ended.output)
  }

  @Test(arguments: modes) func `the official client and the provider read the same out of a stream`(_ mode: String)
    throws
  {
    let theirs = try #require(try Self.official.get()[mode])
    var request = GenerateRequest(user: "hello", system: "Be brief.", maxTokens: 5)
    request.tools = [["name": "weather"], ["name": "time"]]
    let (_, model) = try StandIn.model(mode)
    let events = try model.generate(request)
    var (text, thinking, calls): (String, String, [JSONValue]) = ("", "", [])
    var (usage, reason): (TokenUsage?, FinishReason?)
    for event in events {
      switch event {
      case .text(let part): text += part
      case .reasoning(let part): thinking += part
      case .toolCall(let call): calls.append(call)
      case .usage(let told): usage = told
      case .finish(let told): reason = told
      default: Issue.record("\(event)")
      }
    }
    #expect(theirs["text"] == .string(text) && theirs["thinking"] == .string(thinking))
    #expect(theirs["calls"] == .array(calls))
    #expect(
      theirs["input"]?.int == usage.map { Int64($0.input) } && theirs["output"]?.int == usage.map { Int64($0.output) })
    #expect(theirs["cached"]?.int == usage?.cached.map { Int64($0) })
    let meaning: [String: FinishReason] = [
      "end_turn": .stop, "stop_sequence": .stop, "max_tokens": .length, "tool_use": .toolCalls,
      "refusal": .contentFilter,
    ]
    #expect(reason != nil && reason == meaning[theirs["stop_reason"]?.string ?? ""])
    #expect(theirs["models"]?.array == (try model.models().map { $0["id"] ?? .null }))
  }

  @Test(arguments: refusals.map(\.mode)) func `they take the same answers for refusals`(_ mode: String) throws {
    let theirs = try #require(try Self.official.get()[mode])
    #expect(theirs["error"]?.string == Self.refusals.first { $0.mode == mode }?.error)
    let (_, model) = try StandIn.model(mode, ["attempts": 1])
    let error = try failure { try model.generate(GenerateRequest(user: "hello", maxTokens: 5)) }
    #expect(error.details["http_status"] == theirs["status"])
  }
}
