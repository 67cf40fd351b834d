// Answers that many ask for, kept while the store is as it was, and at most until the next second.
import Crypto
import Glibc
import HTTPTypes
import MetadataStore
import Model
import Synchronization

/// A commit by anybody, also by another process, shows with the next request: its number is asked for each time. The
/// second bounds the age of what follows from the clock or from files, such as when a schedule is due next.
final class KeptAnswers: Sendable {
  struct Moment: Equatable, Sendable {
    fileprivate let revision: Int64
    fileprivate let second: Int
  }

  private struct Kept {
    var moment: Moment?
    var callers: [SHA256Digest: Caller] = [:]
    var answers: [String: Answer] = [:]
    var bytes = 0
  }

  private static let bytesMax = 8 << 20
  private static let answerBytesMax = 256 << 10
  private static let keyBytesMax = 2048
  private static let callersMax = 4096

  private let revision: StoreRevision
  private let kept = Mutex(Kept())

  init(_ store: MetadataStore) throws(Problem) { revision = try StoreRevision(of: store) }

  /// To be asked before anything is read: what is kept under a moment is at least as new as that.
  func moment() throws(Problem) -> Moment {
    let moment = Moment(revision: try revision.now(), second: time(nil))
    kept.withLock { if $0.moment != moment { $0 = Kept(moment: moment) } }
    return moment
  }

  /// Who asks; nobody is not kept.
  func caller(
    _ headers: HTTPFields, at moment: Moment, else find: () throws(Problem) -> Caller?
  ) throws(Problem) -> Caller? {
    guard let text = headers[.authorization] ?? Authentication.cookie(in: headers) else { return try find() }
    // A digest, so that no secret lies in a table.
    let key = SHA256.hash(data: Array(text.utf8))
    if let caller = kept.withLock({ $0.moment == moment ? $0.callers[key] : nil }) { return caller }
    let caller = try find()
    kept.withLock { kept in
      guard kept.moment == moment, kept.callers.count < Self.callersMax else { return }
      kept.callers[key] = caller
    }
    return caller
  }

  /// What stands for the question; nil where its answer is not to be kept.
  func key(_ operation: Operation, _ caller: Caller?, uri: String, _ headers: HTTPFields) -> String? {
    guard operation.isKept, let caller, headers[.ifNoneMatch] == nil, uri.utf8.count <= Self.keyBytesMax else {
      return nil
    }
    return "\(caller.user.name)\n\(caller.token?.id ?? "")\n\(uri)"
  }

  func answer(_ key: String, at moment: Moment) -> Answer? {
    kept.withLock { $0.moment == moment ? $0.answers[key] : nil }
  }

  func keep(_ answer: Answer, _ key: String, at moment: Moment) {
    guard case .json(let bytes) = answer.content, bytes.count <= Self.answerBytesMax else { return }
    kept.withLock { kept in
      let size = bytes.count + key.utf8.count
      guard kept.moment == moment, kept.answers[key] == nil, kept.bytes + size <= Self.bytesMax else { return }
      kept.answers[key] = answer
      kept.bytes += size
    }
  }
}
