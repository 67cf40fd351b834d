// The `source` component: objects of a bucket as files.
import FileNames
import JSONValue
import PluginKit

final class S3Source: Source {
  static var descriptor: ComponentDescriptor { SourceSchema.descriptor }

  let settings: SourceConfiguration
  private var restored: Position?
  /// Of the stream that was opened last, perhaps closed by now: the position is asked for after the commit.
  private var seen: SeenObjects?

  init(configuration: SourceConfiguration, host: Host) throws { settings = configuration }

  func bind(_ run: Run) throws -> Schema? { .files }

  func open(_ scan: ScanRequest, _ run: Run) throws -> any BatchStream {
    let client = try settings.connection.client(run)
    let seen = settings.incremental ? try SeenObjects(SeenNotes(run: run, position: restored)) : nil
    let objects = try MatchedObjects(settings, client, seen: seen)
    let limit = scan.limit ?? Int.max
    let first =
      try limit > 0 ? objects.next(run, life: { run.progress(UInt64(objects.passed), of: nil, "objects") }) : nil
    if first == nil, limit > 0, let problem = objects.nothingMatched() { throw problem }
    self.seen = seen
    switch settings.delivery {
    case .files:
      return try DownloadStream(objects, first: first, limit: limit, client, settings, seen: seen, run)
    case .links:
      return LinkStream(objects, first: first, limit: limit, client, settings, seen: seen, run)
    }
  }

  func check(_ run: Run) throws -> JSONValue {
    let objects = try MatchedObjects(settings, try settings.connection.client(run), seen: nil)
    var bytes: Int64 = 0
    var names: [JSONValue] = []
    func next() throws -> ListedObject? {
      try objects.next(run, life: { run.progress(UInt64(objects.passed), of: nil, "objects") })
    }
    var object = try next()
    if object == nil, let problem = objects.nothingMatched() { throw problem }
    while let found = object, objects.count <= Self.checkedObjects {
      bytes += found.size
      if names.count < 5 { names.append(.string(objects.relative(found.key))) }
      object = objects.passed < Self.checkedObjects ? try next() : nil
    }
    let isMore = objects.passed >= Self.checkedObjects
    let words = "\(isMore ? "more than " : "")\(objects.count) \(objects.count == 1 ? "object" : "objects")"
    return [
      "ok": true, "message": .string("\(words), \(sizeText(bytes))"), "files": .int(Int64(objects.count)),
      "bytes": .int(bytes), "complete": .bool(!isMore), "names": .array(names),
    ]
  }

  /// A test of the settings stops here: it should answer at once.
  private static let checkedObjects = 10_000
}

extension S3Source: Checkpointing {
  /// Without `incremental` nothing is kept.
  func save(_ stream: (any BatchStream)?) throws -> [UInt8] { try (seen?.keep() ?? restored)?.bytes ?? [] }

  func restore(version: UInt32, bytes: [UInt8]) throws {
    restored = bytes.isEmpty ? nil : try Position(version: version, bytes: bytes)
  }
}

/// Rows of links: nothing is fetched.
private final class LinkStream: BatchStream {
  let schema = Schema.files
  private let objects: MatchedObjects
  private var waiting: ListedObject?
  private let limit: Int
  private let client: S3Client
  let settings: SourceConfiguration
  private let seen: SeenObjects?
  private let run: Run
  private var sent = 0

  init(
    _ objects: MatchedObjects, first: ListedObject?, limit: Int, _ client: S3Client, _ settings: SourceConfiguration,
    seen: SeenObjects?, _ run: Run
  ) {
    self.objects = objects
    waiting = first
    self.limit = limit
    self.client = client
    self.settings = settings
    self.seen = seen
    self.run = run
  }

  func next() throws -> RecordBatch? {
    try run.checkCancelled()
    guard waiting != nil else {
      seen?.finish(isAtEnd: objects.isAtEnd)
      return nil
    }
    var rows = ObjectRows(bucket: settings.bucket, capacity: 1024)
    while let object = waiting, rows.count < 1024 {
      let link = client.link(bucket: settings.bucket, key: object.key, seconds: settings.linkSeconds)
      try rows.append(object, relative: objects.relative(object.key), path: nil, link: link)
      sent += 1
      waiting = sent < limit ? try objects.next(run) : nil
    }
    run.progress(UInt64(sent), of: nil, "objects")
    return rows.finish()
  }
}
