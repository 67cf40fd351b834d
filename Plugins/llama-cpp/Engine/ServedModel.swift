// A loaded model: its vocabulary, and the bytes its tokens stand for.
import CLlama
import PluginKit

/// Closed when the last holder lets go of it. Any thread.
final class ServedModel: @unchecked Sendable {
  let handle: OpaquePointer
  let file: GGUFFile
  let facts: cllama_facts
  let template: String?

  /// Slow. Throws `cancelled` when the run is.
  init(path: String, host: Host, run: Run) throws {
    try Library.load()
    file = try GGUFFile(path: path)
    try file.checkIsModel()
    let box = LoadProgress(run)
    (handle, facts) = try LogCapture.around(host, run) { log in
      let opened = withExtendedLifetime(box) {
        cllama_model_open(
          path,
          { done, context in
            context.map { Unmanaged<LoadProgress>.fromOpaque($0).takeUnretainedValue().told(done) } ?? true
          }, Unmanaged.passUnretained(box).toOpaque())
      }
      guard let opened else {
        try run.checkCancelled()
        throw GGUFFile.wrong(path, "is refused by llama.cpp: \(log.complaint ?? "no reason was given")")
      }
      return (opened, cllama_model_facts(opened))
    }
    template = cllama_model_template(handle).map { String(cString: $0) }
    guard facts.is_plain_decoder else {
      throw GGUFFile.wrong(
        path,
        "is of architecture \"\(file.text("general.architecture") ?? "?")\"; this provider serves decoders with a "
          + "cache of keys and values, not encoders, recurrent or diffusion models.")
    }
  }

  deinit { cllama_model_close(handle) }

  /// `special` adds what the model wants at the beginning; texts of control tokens become these tokens.
  func tokens(of text: String, special: Bool = true) throws -> [Int32] {
    var text = text
    return try text.withUTF8 { utf8 in
      let start = UnsafeRawPointer(utf8.baseAddress).map { $0.assumingMemoryBound(to: CChar.self) }
      var room = [Int32](repeating: 0, count: utf8.count + 8)
      let count = cllama_tokenize(handle, start, utf8.count, &room, Int32(clamping: room.count), special, true)
      guard count >= 0 else {
        throw PluginError(.invalidArgument, "a text of \(utf8.count) bytes cannot be split into tokens")
      }
      return Array(room.prefix(Int(count)))
    }
  }

  /// The bytes of a token; `marks` also of control tokens.
  func piece(_ token: Int32, marks: Bool = false) -> [UInt8] {
    var bytes = [CChar](repeating: 0, count: 64)
    var count = cllama_piece(handle, token, &bytes, Int32(bytes.count), marks)
    if count < 0 {
      bytes = [CChar](repeating: 0, count: Int(-count))
      count = cllama_piece(handle, token, &bytes, Int32(bytes.count), marks)
    }
    return bytes.prefix(Int(max(0, count))).map { UInt8(bitPattern: $0) }
  }

  func spelling(_ token: Int32) -> String { String(decoding: piece(token, marks: true), as: UTF8.self) }
  func isEnd(_ token: Int32) -> Bool { cllama_is_end(handle, token) }
  var bosText: String { cllama_bos(handle) < 0 ? "" : spelling(cllama_bos(handle)) }
  var eosText: String { cllama_eos(handle) < 0 ? "" : spelling(cllama_eos(handle)) }
}

private final class LoadProgress {
  private let run: Run
  init(_ run: Run) { self.run = run }

  func told(_ done: Float) -> Bool {
    run.progress(UInt64(max(0, done) * 100), of: 100, "percent loaded")
    return !run.isCancelled
  }
}
