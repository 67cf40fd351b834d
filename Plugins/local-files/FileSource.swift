// The `source` component: lists files as rows of the `files` schema.
import FileNames
import Glibc
import JSONValue
import PluginKit

final class FileSource: Source {
  static var descriptor: ComponentDescriptor { SourceSchema.descriptor }

  private let settings: SourceConfiguration

  init(configuration: SourceConfiguration, host: Host) throws { settings = configuration }

  func bind(_ run: Run) throws -> Schema? { .files }

  func open(_ scan: ScanRequest, _ run: Run) throws -> any BatchStream {
    let listing = Listing(settings)
    let limit = scan.limit ?? Int.max
    // The first file is looked for now, so that a wrong path fails before anything downstream starts.
    let first = try limit > 0 ? listing.next() : nil
    if first == nil, limit > 0, !settings.allowEmpty { throw listing.nothingMatched() }
    return FileStream(listing, first: first, limit: limit, run: run)
  }

  func check(_ run: Run) throws -> JSONValue {
    let listing = Listing(settings)
    var bytes: Int64 = 0
    var names: [JSONValue] = []
    var file = try listing.next()
    if file == nil, !settings.allowEmpty { throw listing.nothingMatched() }
    while let found = file, listing.count <= FileSource.checkedFiles {
      bytes += Int64(found.status.st_size)
      if names.count < 5 { names.append(.string(escaped(found.relative))) }
      if listing.count % 1000 == 0 { try run.checkCancelled() }
      file = try listing.next()
    }
    let isMore = file != nil
    let count = isMore ? FileSource.checkedFiles : listing.count
    let message = "\(isMore ? "more than " : "")\(count) \(count == 1 ? "file" : "files"), \(sizeText(bytes))"
    return [
      "ok": true, "message": .string(message), "files": .int(Int64(count)), "bytes": .int(bytes),
      "complete": .bool(!isMore), "names": .array(names),
    ]
  }

  /// A test of the settings stops here: it should answer at once.
  private static let checkedFiles = 100_000
}

/// Turns found files into batches.
private final class FileStream: BatchStream {
  let schema = Schema.files
  private let listing: Listing
  private let limit: Int
  private let run: Run
  private let batchRows: Int
  private var waiting: FoundFile?
  private var sent = 0

  init(_ listing: Listing, first: FoundFile?, limit: Int, run: Run) {
    self.listing = listing
    self.limit = limit
    self.run = run
    waiting = first
    batchRows = min(max(run.meta.batchRows, 1), 8192)
  }

  func next() throws -> RecordBatch? {
    try run.checkCancelled()
    guard waiting != nil, sent < limit else { return nil }
    let builder = FileBatch(capacity: min(batchRows, 1024))
    while let file = waiting, builder.count < batchRows, sent < limit {
      builder.append(file)
      sent += 1
      if sent % 256 == 0 { try run.checkCancelled() }
      waiting = sent < limit ? try listing.next() : nil
    }
    run.progress(UInt64(sent), of: nil, "files")
    return builder.finish()
  }
}
