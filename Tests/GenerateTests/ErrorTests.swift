// Rows without an answer: attempts, what ends a run, what goes on.
import JSONValue
import PluginKit
import PluginTesting
import Synchronization
import Testing

@testable import GeneratePlugin

private let busy = PluginError(.resource, "too many requests", retryable: true)
private let quick: JSONValue = ["attempts": 3, "first_wait": 0.001, "longest_wait": 0.01]

@Suite struct ErrorTests {
  @Test func `what may pass is tried again, and then it is as if nothing had been`() throws {
    let tries = Mutex<[String: Int]>([:])
    let bench = bench { request in
      let count = tries.withLock { tries in
        tries[request.said, default: 0] += 1
        return tries[request.said]!
      }
      if count < 3 { throw busy }
      return "ok"
    }
    let rows = try bench.generate(["prompt": "{{q}}", "retries": quick], try questions(["a", "b"]))
    #expect(rows.allSatisfy { $0["text"] == "ok" && $0["error"] == .null })
    #expect(bench.seen.metrics["calls"] == 6)
  }

  @Test func `what cannot pass is not tried again`() throws {
    let asked = Asked()
    let error = try failure {
      _ = try bench(asked) { _ in throw PluginError(.data, "the prompt is longer than the model's context") }
        .generate(["prompt": "{{q}}", "retries": quick, "concurrency": 1], try questions(["a"]))
    }
    #expect(asked.count == 1)
    #expect(error.message == "row 0: the prompt is longer than the model's context" && error.details["row"] == 0)
  }

  @Test func `the first failing row in the table's order ends the run, with its number`() throws {
    let error = try failure {
      _ = try bench { request in
        if request.said == "37" || request.said == "38" { throw PluginError(.data, "no answer to \(request.said)") }
        return "ok"
      }.generate(["prompt": "{{q}}", "concurrency": 8], try questions((0..<100).map { "\($0)" }))
    }
    #expect(error.message == "row 37: no answer to 37" && error.details["row"] == 37)
  }

  @Test func `with null the others go on, and the share that failed is judged in the end`() throws {
    let config: JSONValue = ["prompt": "{{q}}", "on_error": "null", "at_most": 0.5, "retries": quick]
    let answer: @Sendable (GenerateRequest) throws -> String = { request in
      if request.said == "bad" { throw PluginError(.data, "it is bad") }
      return request.said
    }
    let bench = bench(Asked(), answer)
    let rows = try bench.generate(config, try questions(["a", "bad", "c", nil]))
    #expect(rows.map { $0["text"] } == ["a", .null, "c", .null])
    #expect(rows.map { $0["error"] } == [.null, "it is bad", .null, "row 3: the value 'q' is null"])
  }

  @Test func `more failing rows than may fail end the run with how many there were`() throws {
    let error = try failure {
      _ = try bench { request in
        if request.said == "bad" { throw PluginError(.data, "it is bad") }
        return request.said
      }.generate(["prompt": "{{q}}", "on_error": "null", "at_most": 0.3], try questions(["a", "bad", "bad", "b"]))
    }
    #expect(
      error.message == "2 of 4 rows got no answer, more than the 30.0 % that may. The first: row 1: it is bad")
  }

  @Test(arguments: [PluginError.Status.authentication, .denied, .configuration, .unsupported, .notFound])
  func `a failure that every row would have ends the run also where rows may fail`(_ status: PluginError.Status) throws
  {
    let asked = Asked()
    let error = try failure {
      _ = try bench(asked) { _ in throw PluginError(status, "the key is wrong") }.generate(
        ["prompt": "{{q}}", "on_error": "null", "at_most": 1], try questions((0..<500).map { "\($0)" }))
    }
    #expect(error.status == status && error.message == "the key is wrong")
    #expect(asked.count < 30)
  }

  @Test(
    arguments: [
      (PluginError.Status.unsupported, "/logprobs", "/log_probabilities"), (.unsupported, "/top_k", "/top_k"),
      (.unsupported, "/prompt_logprobs", nil), (.resource, "/limits/spend_per_run", nil),
    ] as [(PluginError.Status, String, String?)])
  func `a place in the request is told as one in the form, one elsewhere is not`(
    _ status: PluginError.Status, _ path: String, _ told: String?
  ) throws {
    let error = try failure {
      _ = try bench { _ in throw PluginError(status, "no", details: ["path": .string(path), "next": "do this"]) }
        .generate(["prompt": "{{q}}"], try questions(["a"]))
    }
    #expect(error.details["path"]?.string == told && error.details["next"] == "do this")
  }

  @Test func `a provider that is gone is not asked for every row`() throws {
    let asked = Asked()
    let error = try failure {
      _ = try bench(asked) { _ in throw PluginError(.io, "connection refused", retryable: true) }.generate(
        ["prompt": "{{q}}", "on_error": "null", "at_most": 1, "retries": ["attempts": 1]],
        try questions((0..<5000).map { "\($0)" }))
    }
    #expect(error.message.hasPrefix("25 rows one after another got no answer"))
    #expect(error.retryable && asked.count < 100)
  }

  @Test func `an answer without an end, or of another number, is the provider's fault`() throws {
    let bench = PluginBench(plugin)
    bench.models["model"] = .closure { _, sink in try sink.emit(.text("cut")) }
    let config: JSONValue = ["prompt": "{{q}}", "retries": ["attempts": 1]]
    let cut = try failure { _ = try bench.generate(config, try questions(["a"])) }
    #expect(cut.message == "row 0: the provider did not say why its answer ended" && cut.status == .internal)
    bench.models["model"] = .closure { _, _ in }
    let none = try failure { _ = try bench.generate(config, try questions(["a"])) }
    #expect(none.message == "row 0: the provider gave 0 answers where 1 were asked for")
  }

  @Test func `a failing input is passed on, with its words`() throws {
    let schema = try questions([]).schema
    let broken = GeneratedStream(schema: schema) { throw PluginError(.io, "the disk is gone") }
    let error = try failure { _ = try bench { _ in "" }.generate(["prompt": "{{q}}"], broken) }
    #expect(error.message == "the disk is gone")
  }

  @Test(arguments: [0, 1, 5, 20]) func `a run that is cancelled stops, wherever it is`(_ answers: Int) throws {
    let bench = PluginBench(plugin)
    let given = Mutex(0)
    bench.models["model"] = .closure { [unowned bench] _, sink in
      let count = given.withLock { given in
        given += 1
        return given
      }
      if count > answers {
        bench.cancel()
        // Talks on for ever, until the receiver has had enough.
        while true { try sink.emit(.text("and ")) }
      }
      try sink.emit(.text("ok"))
      try sink.emit(.finish(.stop))
    }
    let error = try failure {
      _ = try bench.generate(["prompt": "{{q}}", "concurrency": 2], try questions((0..<50).map { "\($0)" }))
    }
    #expect(error.status == .cancelled)
  }

  @Test func `waiting for the next attempt ends with the run`() throws {
    let bench = PluginBench(plugin)
    bench.models["model"] = .closure { [unowned bench] _, _ in
      bench.cancel()
      throw PluginError(.resource, "come back tomorrow", retryable: true, details: ["retry_after": 86400])
    }
    let error = try failure {
      _ = try bench.generate(
        ["prompt": "{{q}}", "retries": ["first_wait": 3600, "longest_wait": 3600]], try questions(["a"]))
    }
    #expect(error.status == .cancelled)
  }

  @Test func `a reader that lets go early leaves nothing running`() throws {
    let asked = Asked()
    let bench = bench(asked) { $0.said }
    try withExtendedLifetime(bench) {
      let stream = try bench.opened("generate", ["prompt": "{{q}}"], try questions((0..<1000).map { "\($0)" }))
      _ = try stream.next()
      stream.close()
    }
    #expect(asked.count < 300)
  }
}
