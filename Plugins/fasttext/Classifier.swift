// A fastText model in this process.
import CFastText
import Glibc
import JSONValue
import PluginKit

/// Trained or loaded by one thread; then any may ask it.
final class Classifier: @unchecked Sendable {
  private let handle: OpaquePointer

  struct Prediction: Sendable, Hashable {
    var label: String
    var probability: Double
  }

  init() throws {
    guard let handle = ote_fasttext_new() else { throw PluginError(.resource, "no memory for a model") }
    self.handle = handle
  }

  /// Throws where the file is no classifier of fastText's.
  convenience init(path: String) throws {
    try ModelFile.check(path)
    try self.init()
    try call("cannot load \(path)", .data) { ote_fasttext_load(handle, path, $0, $1) }
    guard ote_fasttext_settings_of(handle).is_supervised != 0 else {
      throw PluginError(.data, "\(path) holds word vectors, not a classifier", details: ["file": .string(path)])
    }
  }

  deinit { ote_fasttext_free(handle) }

  private func call(
    _ what: String, _ status: PluginError.Status,
    _ body: (UnsafeMutablePointer<CChar>, Int) -> ote_fasttext_result
  ) throws {
    var words = [CChar](repeating: 0, count: 1024)
    let result = words.withUnsafeMutableBufferPointer { body($0.baseAddress!, $0.count) }
    if result == OTE_FASTTEXT_STOPPED { throw PluginError.cancelled }
    guard result == OTE_FASTTEXT_OK else {
      let said = String(decoding: words.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      throw PluginError(status, "\(what): \(said)")
    }
  }

  /// `watch` hears progress (nil while unknown), loss, learning rate and words a second, on a thread of its own; it answers
  /// false to stop, and the call then throws `PluginError.cancelled`.
  func train(_ arguments: [String], watch: @escaping (Double?, Double?, Double?, Double?) -> Bool) throws {
    let box = WatchBox(watch)
    var pointers = arguments.map { UnsafePointer(strdup($0)) }
    defer { for pointer in pointers { free(UnsafeMutablePointer(mutating: pointer)) } }
    try withExtendedLifetime(box) {
      try call("the training failed", .data) { words, size in
        ote_fasttext_train(
          handle, &pointers, pointers.count,
          { context, progress, loss, rate, words in
            let box = Unmanaged<WatchBox>.fromOpaque(context!).takeUnretainedValue()
            func known(_ value: Double) -> Double? { value >= 0 && value.isFinite ? value : nil }
            return box.watch(known(progress), known(loss), known(rate), known(words)) ? 0 : 1
          }, Unmanaged.passUnretained(box).toOpaque(), words, size)
      }
    }
  }

  func quantize(input: String, cutoff: Int) throws {
    try call("the model cannot be quantised", .data) { ote_fasttext_quantize(handle, input, cutoff, $0, $1) }
  }

  func save(_ path: String) throws {
    try call("cannot write \(path)", .io) { ote_fasttext_save(handle, path, $0, $1) }
  }

  /// Rows that have a label, precision and recall of the likeliest label.
  func test(_ path: String) throws -> (rows: Int, precision: Double, recall: Double) {
    var rows: Int64 = 0
    var (precision, recall) = (0.0, 0.0)
    try call("the model cannot be tested", .internal) {
      ote_fasttext_test(handle, path, 1, &rows, &precision, &recall, $0, $1)
    }
    return (Int(rows), precision, recall)
  }

  /// The likeliest labels, the likeliest first; fewer than `count` where the model has fewer or they are below the threshold.
  func predict(_ text: String, count: Int, threshold: Double = 0) throws -> [Prediction] {
    final class Found { var all: [Prediction] = [] }
    let found = Found()
    var line = TrainingLine.text(text)
    try line.withUTF8 { bytes in
      try bytes.withMemoryRebound(to: CChar.self) { chars in
        try call("the text cannot be classified", .internal) {
          ote_fasttext_predict(
            handle, chars.baseAddress, chars.count, Int32(count), threshold,
            { context, label, probability in
              let found = Unmanaged<Found>.fromOpaque(context!).takeUnretainedValue()
              found.all.append(
                Prediction(label: TrainingLine.label(from: String(cString: label!)), probability: min(probability, 1)))
            }, Unmanaged.passUnretained(found).toOpaque(), $0, $1)
        }
      }
    }
    return found.all
  }

  var labelCount: Int { Int(ote_fasttext_label_count(handle)) }
  var wordCount: Int { Int(ote_fasttext_word_count(handle)) }
  var settings: ote_fasttext_settings { ote_fasttext_settings_of(handle) }
}

private final class WatchBox {
  let watch: (Double?, Double?, Double?, Double?) -> Bool
  init(_ watch: @escaping (Double?, Double?, Double?, Double?) -> Bool) { self.watch = watch }
}
