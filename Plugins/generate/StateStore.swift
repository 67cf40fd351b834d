// Answers in the node's durable state: a run that failed goes on where it was, and the same run again asks nothing.
import JSONValue
import ModelCalls
import PluginKit

/// Each stream writes a generation of its own, in segments, and reads those of before. Once all rows are through, only
/// this one is left, so that the state holds the answers of one run and does not grow.
final class StateStore: AnswerStore {
  private static let segmentBytes = 256 << 10
  private static let secondsUnsaved = 1.0

  private struct State {
    var before: [Int] = []
    var generation = 0
    /// Where each answer stands.
    var places: [String: Segment] = [:]
    /// The segment that was looked into last: rows come in the order they were kept.
    var opened: (segment: Segment, answers: [String: JSONValue])?
    var written = 0
    /// Lines of the segment being written.
    var lines: [UInt8] = []
    var unsaved: [String: JSONValue] = [:]
    var savedAt = Clock.now
  }

  private struct Segment: Hashable {
    let generation: Int
    let number: Int
    var key: String { "answers/\(generation)/\(number)" }
  }

  private let run: Run
  private let state: Monitor<State>

  init(_ run: Run) throws {
    self.run = run
    var state = State()
    if let manifest = try run.state(get: "answers"), let json = try? JSONValue(parsing: manifest.value) {
      state.before = (json["generations"]?.array ?? []).compactMap { $0.int.flatMap { Int(exactly: $0) } }
    }
    state.generation = (state.before.max() ?? 0) + 1
    for generation in state.before {
      for number in 0... {
        let segment = Segment(generation: generation, number: number)
        guard let answers = try Self.read(segment, run) else { break }
        for digest in answers.keys { state.places[digest] = segment }
      }
    }
    self.state = Monitor(state)
  }

  private static func read(_ segment: Segment, _ run: Run) throws -> [String: JSONValue]? {
    guard let entry = try run.state(get: segment.key) else { return nil }
    var answers: [String: JSONValue] = [:]
    for line in entry.value.split(separator: 0x0A) {
      guard let json = try? JSONValue(parsing: Array(line)), let digest = json["digest"]?.string else { continue }
      answers[digest] = json["answer"]
    }
    return answers
  }

  func find(_ digest: ContentDigest) throws -> JSONValue? {
    let name = digest.hex
    return try state.change { state in
      if let answer = state.unsaved[name] { return answer }
      guard let segment = state.places[name] else { return nil }
      if state.opened?.segment != segment {
        state.opened = (segment, try Self.read(segment, run) ?? [:])
      }
      guard let answer = state.opened?.answers[name] else { return nil }
      // Into this generation too: those of before go away in the end.
      if segment.generation != state.generation { try add(name, answer, &state) }
      return answer
    }
  }

  func keep(_ value: JSONValue, _ digest: ContentDigest) throws {
    try state.change { try add(digest.hex, value, &$0) }
  }

  private func add(_ name: String, _ answer: JSONValue, _ state: inout State) throws {
    state.lines += Array(JSONValue.object(["digest": .string(name), "answer": answer]).text.utf8)
    state.lines.append(0x0A)
    state.unsaved[name] = answer
    state.places[name] = Segment(generation: state.generation, number: state.written)
    let isFull = state.lines.count >= Self.segmentBytes
    guard isFull || Clock.now - state.savedAt >= Self.secondsUnsaved else { return }
    try save(&state)
    guard isFull else { return }
    state.written += 1
    state.lines = []
  }

  private func save(_ state: inout State) throws {
    guard !state.unsaved.isEmpty else { return }
    if state.written == 0 { try writeManifest(state.before + [state.generation]) }
    let segment = Segment(generation: state.generation, number: state.written)
    try run.state(put: segment.key, state.lines)
    state.unsaved = [:]
    if state.opened?.segment == segment { state.opened = nil }
    state.savedAt = Clock.now
  }

  private func writeManifest(_ generations: [Int]) throws {
    let manifest = JSONValue.object(["generations": .array(generations.map { .int(Int64($0)) })])
    try run.state(put: "answers", Array(manifest.text.utf8))
  }

  func flush() throws { try state.change { try save(&$0) } }

  func finish() throws {
    try state.change { state in
      try save(&state)
      try writeManifest([state.generation])
      for generation in state.before {
        for number in 0... {
          let key = Segment(generation: generation, number: number).key
          guard try run.state(get: key) != nil else { break }
          try run.state(remove: key)
        }
      }
      state.before = []
    }
  }
}
