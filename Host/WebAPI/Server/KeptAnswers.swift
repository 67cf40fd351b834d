// Answers that many ask for, kept until something is committed to the store, and a second at most.
import Crypto
import HTTPTypes
import MetadataStore
import Model
import Synchronization

/// A commit by anybody, also by another process, shows with the next request: the store's number is asked for each time.
/// The second bounds the age of what follows from the clock or from files, such as when a schedule is due next. While an
/// answer is made, whoever asks the same waits for it.
final class KeptAnswers: Sendable {
  /// What the store was when a request began.
  struct Moment: Equatable, Sendable { fileprivate let revision: Int64 }

  private typealias Waiting = CheckedContinuation<Answer?, Never>

  private struct Kept {
    var moment: Moment?
    var callers: [SHA256Digest: (caller: Caller, until: ContinuousClock.Instant)] = [:]
    var answers: [String: (answer: Answer, until: ContinuousClock.Instant)] = [:]
    var bytes = 0
    /// Who makes the answer to a question.
    var making: [String: Int] = [:]
    /// By maker.
    var waiting: [Int: [Waiting]] = [:]
    var nextMaker = 0

    mutating func begin(_ moment: Moment) {
      guard self.moment != moment else { return }
      // Those who wait have begun in the same moment as their maker, and are answered by it.
      self = Kept(moment: moment, waiting: waiting, nextMaker: nextMaker)
    }
  }

  private enum Turn { case found(Answer), make(Int?), wait }

  private static let lifetime = Duration.seconds(1)
  private static let bytesMax = 8 << 20
  private static let answerBytesMax = 256 << 10
  private static let keyBytesMax = 2048
  private static let callersMax = 4096

  private let revision: StoreRevision
  private let kept = Mutex(Kept())
  /// One at a time looks up who asks: of many with one secret, the first does it for all.
  private let finding = Mutex(())

  init(_ store: MetadataStore) throws(Problem) { revision = try StoreRevision(of: store) }

  /// To be asked before anything is read: what is kept under a moment is at least as new as that.
  func moment() throws(Problem) -> Moment {
    let moment = Moment(revision: try revision.now())
    kept.withLock { $0.begin(moment) }
    return moment
  }

  // MARK: callers

  /// Who asks; nobody is not kept.
  func caller(
    _ headers: HTTPFields, at moment: Moment, else find: () throws(Problem) -> Caller?
  ) throws(Problem) -> Caller? {
    guard let text = headers[.authorization] ?? Authentication.cookie(Authentication.cookieName, in: headers) else {
      return try find()
    }
    // A digest, so that no secret lies in a table.
    let key = SHA256.hash(data: Array(text.utf8))
    if let caller = known(key, moment) { return caller }
    return try finding.withLock { _ throws(Problem) in
      if let caller = known(key, moment) { return caller }
      let caller = try find()
      kept.withLock { kept in
        guard let caller, kept.moment == moment else { return }
        if kept.callers.count >= Self.callersMax { kept.callers = [:] }
        kept.callers[key] = (caller, .now + Self.lifetime)
      }
      return caller
    }
  }

  private func known(_ key: SHA256Digest, _ moment: Moment) -> Caller? {
    kept.withLock { kept in
      guard kept.moment == moment, let entry = kept.callers[key], entry.until > .now else { return nil }
      return entry.caller
    }
  }

  // MARK: answers

  /// What stands for the question; nil where its answer is not to be kept.
  func key(_ operation: Operation, _ caller: Caller?, uri: String, _ headers: HTTPFields) -> String? {
    guard operation.isKept, let caller, headers[.ifNoneMatch] == nil, uri.utf8.count <= Self.keyBytesMax else {
      return nil
    }
    return "\(caller.user.name)\n\(caller.token?.id ?? "")\n\(uri)"
  }

  /// The kept answer, or the one that is being made, or else what `make` makes.
  func answer(
    _ key: String, at moment: Moment, _ make: () async throws -> Answer
  ) async throws -> Answer {
    let (found, maker) = await turn(key, moment)
    if let found { return found }
    do {
      let answer = try await make()
      finish(maker, key, moment, answer)
      return answer
    } catch {
      finish(maker, key, moment, nil)
      throw error
    }
  }

  /// An answer, or the number of its maker, who is the caller: nil where nobody else is to wait for it.
  private func turn(_ key: String, _ moment: Moment) async -> (found: Answer?, maker: Int?) {
    var own: Int?
    let found: Answer? = await withCheckedContinuation { continuation in
      let turn: Turn = kept.withLock { kept in
        // The store has moved on since this request began: it makes its own answer.
        guard kept.moment == moment else { return .make(nil) }
        if let entry = kept.answers[key], entry.until > .now { return .found(entry.answer) }
        if let maker = kept.making[key] {
          kept.waiting[maker, default: []].append(continuation)
          return .wait
        }
        kept.nextMaker += 1
        kept.making[key] = kept.nextMaker
        return .make(kept.nextMaker)
      }
      switch turn {
      case .found(let answer): continuation.resume(returning: answer)
      case .make(let maker):
        own = maker
        continuation.resume(returning: nil)
      case .wait: break
      }
    }
    return (found, own)
  }

  /// Those who waited get the answer, or nil where there was none: then each finds out by itself what is wrong.
  private func finish(_ maker: Int?, _ key: String, _ moment: Moment, _ answer: Answer?) {
    guard let maker else { return }
    let waiting = kept.withLock { kept in
      if kept.making[key] == maker { kept.making[key] = nil }
      if kept.moment == moment, let answer { Self.keep(answer, key, &kept) }
      return kept.waiting.removeValue(forKey: maker) ?? []
    }
    for continuation in waiting { continuation.resume(returning: answer) }
  }

  private static func keep(_ answer: Answer, _ key: String, _ kept: inout Kept) {
    guard case .json(let bytes) = answer.content, bytes.count <= answerBytesMax else { return }
    if case .json(let old)? = kept.answers[key]?.answer.content { kept.bytes -= old.count + key.utf8.count }
    kept.answers[key] = nil
    let size = bytes.count + key.utf8.count
    if kept.bytes + size > bytesMax { (kept.answers, kept.bytes) = ([:], 0) }
    // Not all of the same length, or all that was made in one moment would have to be made again in one moment.
    kept.answers[key] = (answer, .now + lifetime * (0.5 + Double(abs(key.hashValue % 500)) / 1000))
    kept.bytes += size
  }
}
