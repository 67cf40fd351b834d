// Lists and downloads at the same time, and hands on what is ready.
import Glibc
import JSONValue
import PluginKit

final class DriveStream: BatchStream {
  let schema = Schema.files
  private let settings: SourceConfiguration
  private let client: DriveClient
  /// nil where there is nothing to look at.
  private let listing: DriveListing?
  private let work: ParallelWork<Job, Outcome>
  private let limit: Int
  private let batchRows: Int
  private let folder: String
  private var next0: Work?
  private var isListed = false
  private var asked = 0
  /// Downloads by number: what they are for, until they are handed on.
  private var pending: [Int: Work] = [:]
  private var ready: [Int: Outcome] = [:]
  private var nextInOrder = 0
  private var handed = 0
  private let rows: FileRows
  private var deletions: [(path: String, id: String)] = []

  /// Where an incremental reading stands: with what has been handed on so far.
  private(set) var position: Position?
  /// The token that counts once all is handed on.
  private let restart: String?
  private var seen: Set<String> = []
  private var isSettled = false

  struct Work {
    var item: DriveItem
    var change: String?
  }
  struct Job: Sendable {
    var item: DriveItem
    var path: String
  }
  enum Outcome: Sendable {
    case file(DownloadedFile)
    case listed(DriveItem)
    case passedOver(PluginError)
  }

  convenience init(
    _ settings: SourceConfiguration, _ client: DriveClient, _ scan: ScanRequest, _ position: Position?,
    restart: String?,
    _ fetched: FetchedFiles
  ) throws {
    try self.init(settings, client, scan, position, restart: restart, DriveListing(settings, client), fetched)
  }

  init(
    _ settings: SourceConfiguration, _ client: DriveClient, _ scan: ScanRequest, _ position: Position?,
    restart: String?, _ listing: DriveListing?, _ fetched: FetchedFiles
  ) throws {
    self.settings = settings
    self.client = client
    self.listing = listing
    self.position = position
    self.restart = restart
    limit = scan.limit ?? Int.max
    batchRows = min(max(client.run.meta.batchRows, 1), 4096)
    folder = settings.downloads && listing != nil ? try Self.makeFolder(client.run) : ""
    rows = FileRows(root: settings.folder.text)
    let skips = settings.skipsUnreadable
    work = ParallelWork(threads: settings.downloads && listing != nil ? settings.parallel : 0) { job in
      do {
        if let kept = fetched.file(job.item) { return .file(kept) }
        let file = try Download(client: client, item: job.item, path: job.path).run()
        fetched.keep(file)
        return .file(file)
      } catch let error as PluginError where skips && Self.isUnreadable(error) {
        return .passedOver(error)
      }
    }
    if listing == nil { isListed = true }
  }

  /// Nothing that the file itself cannot help: its owner's wishes, its size, its type.
  private static func isUnreadable(_ error: PluginError) -> Bool {
    [.denied, .unsupported, .notFound].contains(error.status)
      || error.details["vendor_code"]?.string == "exportSizeLimitExceeded"
  }

  /// The host opens a source twice, to learn columns from its first files: each stream has a folder of its own.
  private static func makeFolder(_ run: Run) throws -> String {
    var template = Array("\(try run.temporaryFolder())/drive-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw PluginError(.io, "cannot make a folder for downloads: \(String(cString: strerror(errno)))")
    }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  func lookAhead() throws {
    guard limit > 0, let listing else { return }
    do {
      next0 = try nextWork()
    } catch {
      close()
      throw error
    }
    // "Nothing changed" is a fine answer of an incremental reading, "nothing there" is not of the first.
    if next0 == nil, listing.count == 0, !settings.allowsEmpty, position?.files.isEmpty ?? true {
      close()
      throw listing.nothingMatched()
    }
  }

  func next() throws -> RecordBatch? {
    while true {
      try client.run.checkCancelled()
      try start()
      try collect(waiting: 0)
      handOver()
      if rows.count > 0 { return rows.finish() }
      if isListed, next0 == nil, pending.isEmpty {
        settle()
        return rows.count > 0 ? rows.finish() : nil
      }
      try collect(waiting: 100)
      client.pulse.beat()
    }
  }

  func close() {
    client.close()
    work.stop()
  }

  // MARK: listing

  /// The next file that has to be handed on; of an incremental reading only what is new or changed.
  private func nextWork() throws -> Work? {
    guard let listing, !isListed else { return nil }
    while let item = try listing.next() {
      guard let known = position?.files[item.relative] else {
        if position != nil { seen.insert(item.relative) }
        return Work(item: item, change: position == nil ? nil : "new")
      }
      seen.insert(item.relative)
      if known != Position.Known(id: item.file.id, etag: item.etag) { return Work(item: item, change: "changed") }
      try client.run.checkCancelled()
    }
    isListed = true
    return nil
  }

  /// Keeps all threads busy, and a few files waiting for them.
  private func start() throws {
    while asked < limit, pending.count < settings.parallel * 2, ready.isEmpty || pending.count < settings.parallel {
      guard let item = try next0 ?? nextWork() else { return }
      next0 = nil
      asked += 1
      guard settings.downloads else {
        pending[asked - 1] = item
        ready[asked - 1] = .listed(item.item)
        if ready.count >= batchRows { return }
        continue
      }
      pending[asked - 1] = item
      let place = "\(folder)/\(asked - 1)"
      guard mkdir(place, 0o700) == 0 else { throw PluginError(.io, "cannot make a folder for a download at \(place)") }
      try work.submit(Job(item: item.item, path: "\(place)/\(item.item.localName)"))
    }
    if asked >= limit { isListed = true }
  }

  // MARK: handing on

  private func collect(waiting milliseconds: Int) throws {
    guard settings.downloads else { return }
    for done in work.take(waiting: milliseconds) { ready[done.number] = try done.result.get() }
  }

  private func handOver() {
    let numbers = settings.order == .completion ? ready.keys.sorted() : inOrder()
    for number in numbers where rows.count < batchRows {
      guard let outcome = ready.removeValue(forKey: number), let job = pending.removeValue(forKey: number) else {
        continue
      }
      nextInOrder = max(nextInOrder, number + 1)
      hand(outcome, job)
    }
  }

  private func inOrder() -> [Int] {
    var numbers: [Int] = []
    while ready[nextInOrder + numbers.count] != nil { numbers.append(nextInOrder + numbers.count) }
    return numbers
  }

  private func hand(_ outcome: Outcome, _ job: Work) {
    switch outcome {
    case .file(let file):
      rows.append(file.item, path: file.path, bytes: file.bytes, change: job.change)
      note(file.item)
    case .listed(let item):
      rows.append(item, path: nil, bytes: item.file.size, change: job.change)
      note(item)
    case .passedOver(let error):
      client.run.log(.warning, "passed over: \(error.message)")
      handed -= 1
    }
    handed += 1
  }

  private func note(_ item: DriveItem) {
    position?.files[item.relative] = Position.Known(id: item.file.id, etag: item.etag)
  }

  // MARK: the end

  /// All is handed on: only now the deletions are known, and the new token counts.
  private func settle() {
    guard !isSettled, position != nil, asked < limit else { return }
    isSettled = true
    if let listing {
      for (path, known) in (position?.files ?? [:]).sorted(by: { $0.key < $1.key }) where !seen.contains(path) {
        position?.files[path] = nil
        if settings.deletions == .rows { rows.appendDeleted(relative: path, id: known.id) }
        deletions.append((path, known.id))
      }
      position?.folders = listing.visited.subtracting(["root"]).union(rootIDs(listing))
      position?.spansDrives = listing.spansDrives
    }
    position?.token = restart
    if !deletions.isEmpty {
      let names = deletions.prefix(5).map { "'\($0.path)'" }.joined(separator: ", ")
      client.run.log(.info, "\(deletions.count) files are no longer there: \(names)\(deletions.count > 5 ? ", …" : "")")
    }
    client.run.metric("deleted_files", Double(deletions.count), unit: "files")
  }

  /// In the feed My Drive has its real id, not the word "root".
  private func rootIDs(_ listing: DriveListing) -> Set<String> {
    guard listing.visited.contains("root"), let file = try? client.file("root", "look at My Drive") else { return [] }
    return [file.id]
  }
}
