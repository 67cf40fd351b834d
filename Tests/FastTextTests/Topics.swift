// Rows with topics that words give away, and the `fasttext` command as peer.
import Foundation
import JSONValue
import PluginKit
import PluginTesting
import TestSupport
import Testing

@testable import FastTextPlugin

enum Topics {
  static let fields = [Field("text", .utf8), Field("label", .utf8)]

  /// Made by a small generator of its own, so that every machine has the same rows.
  static func rows(_ count: Int, seed: UInt64 = 1, topics: [String] = ["sport", "world news", "100% art"])
    -> [[JSONValue]]
  {
    var state = seed
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    return (0..<count).map { _ in
      let topic = next(topics.count)
      let words = (0..<8).map { _ in "w\(topic * 3 + next(6))" }
      return [.string(words.joined(separator: " ")), .string(topics[topic])]
    }
  }

  static func table(_ rows: [[JSONValue]], fields: [Field] = fields) throws -> BatchList {
    try BatchList(fields, rows: rows, batch: 500)
  }

  struct Trained {
    let bench: PluginBench
    let model: JSONValue
    let report: JSONValue?
    let events: [ModelEvent]
    var path: String { model["path"]?.string ?? "" }
  }

  static func train(
    _ rows: [[JSONValue]], validation: [[JSONValue]]? = nil, _ configuration: [String: JSONValue] = [:],
    fields: [Field] = fields, bench: PluginBench = PluginBench(plugin)
  ) throws -> Trained {
    var inputs: [(name: String, stream: any BatchStream)] = [(name: "train", stream: try table(rows, fields: fields))]
    if let validation { inputs.append((name: "validation", stream: try table(validation))) }
    let result = try bench.instance("train", .object(configuration)).train(inputs)
    return Trained(bench: bench, model: result.model, report: result.report, events: result.events)
  }

  /// Runs the `fasttext` command.
  static func command(_ arguments: String...) throws -> String {
    let ended = try RunningProgram(
      "/usr/bin/env", ["fasttext"] + arguments, environment: ProcessInfo.processInfo.environment
    ).finish(within: 120)
    guard ended.code == 0 else { throw Failed(words: ended.errors) }
    return ended.output
  }

  struct Failed: Error { let words: String }
}
