// The `source` component: files of a folder in Drive, downloaded several at a time.
import FileNames
import JSONValue
import PluginKit

final class DriveSource: Source {
  static var descriptor: ComponentDescriptor { SourceSchema.descriptor }

  let settings: SourceConfiguration
  private var restored: Position?
  /// The stream that was opened last, perhaps closed by now: its position is still asked for, after the commit.
  private var opened: DriveStream?
  private let fetched = FetchedFiles()

  init(configuration: SourceConfiguration, host: Host) throws { settings = configuration }

  func bind(_ run: Run) throws -> Schema? { .files }

  func open(_ scan: ScanRequest, _ run: Run) throws -> any BatchStream {
    let client = DriveClient(settings.access, scope: .read, run)
    let stream =
      settings.isIncremental
      ? try incremental(client, scan) : try DriveStream(settings, client, scan, nil, restart: nil, fetched)
    // The first file is looked for now, so that a wrong folder fails before anything downstream starts.
    try stream.lookAhead()
    opened = stream
    return stream
  }

  private func incremental(_ client: DriveClient, _ scan: ScanRequest) throws -> DriveStream {
    let known = restored.flatMap { $0.signature == settings.signature ? $0 : nil }
    let listing = try DriveListing(settings, client)
    let feed = ChangeFeed(client: client, drive: listing.drive)
    guard let known, let token = known.token else {
      return try DriveStream(
        settings, client, scan, known ?? Position(signature: settings.signature), restart: try feed.start(), listing,
        fetched)
    }
    guard let news = try feed.read(since: token, known) else {
      client.run.log(
        .warning, "Drive no longer knows the place in its changes: all files are compared with the last run")
      return try DriveStream(settings, client, scan, known, restart: try feed.start(), listing, fetched)
    }
    if !news.concerns, !known.spansDrives {
      client.run.log(.info, "nothing changed in \(settings.folder.text) since the last run")
      return try DriveStream(settings, client, scan, known, restart: news.next, nil, fetched)
    }
    return try DriveStream(settings, client, scan, known, restart: news.next, listing, fetched)
  }

  func check(_ run: Run) throws -> JSONValue {
    let client = DriveClient(settings.access, scope: .read, run)
    let account = try client.account()
    let listing = try DriveListing(settings, client)
    var bytes: Int64 = 0
    var names: [JSONValue] = []
    var isComplete = true
    while let item = try listing.next() {
      bytes += item.file.size ?? 0
      if names.count < 5 { names.append(.string(item.relative)) }
      // A test of the settings should answer at once.
      if listing.count == 1000 {
        isComplete = false
        break
      }
    }
    if listing.count == 0, !settings.allowsEmpty { throw listing.nothingMatched() }
    let count = "\(isComplete ? "" : "at least ")\(listing.count) \(listing.count == 1 ? "file" : "files")"
    return [
      "ok": true, "message": .string("\(count), \(sizeText(bytes)) in \(settings.folder.text), as \(account)"),
      "files": .int(Int64(listing.count)), "bytes": .int(bytes), "complete": .bool(isComplete), "names": .array(names),
      "account": .string(account),
    ]
  }
}

extension DriveSource: Checkpointing {
  /// Without `incremental` nothing is kept: a later incremental run begins from the beginning.
  func save(_ stream: (any BatchStream)?) throws -> [UInt8] {
    guard settings.isIncremental else { return [] }
    return ((stream as? DriveStream ?? opened)?.position ?? restored)?.bytes ?? []
  }

  func restore(version: UInt32, bytes: [UInt8]) throws {
    restored = bytes.isEmpty ? nil : try Position(version: version, bytes: bytes)
  }
}
