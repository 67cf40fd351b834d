// The `sink` component: stores files in a bucket, visible at the commit only.
import FileNames
import HTTPTransfer
import JSONValue
import PluginKit

final class S3Sink: Sink {
  static var descriptor: ComponentDescriptor { SinkSchema.descriptor }

  let settings: SinkConfiguration
  private var uploader: Uploader?
  private var staged: [StagedFile] = []
  private var uploads: [PartUpload] = []
  private var skipped: [String] = []
  private var sources: [String: String] = [:]
  private var receipt: (run: String, json: JSONValue)?
  private var toldAt = 0.0
  /// Bytes as they were last told.
  private let shown = Locked(Int64(0))

  init(configuration: SinkConfiguration, host: Host) throws { settings = configuration }

  func bind(_ schema: Schema, input: String) throws {
    guard schema["path"] != nil || schema["uri"] != nil else {
      throw PluginError(
        .data,
        "this input has no column 'path' or 'uri': it is a table, not files. "
          + "Write the table to files first (duckdb/write), or use a sink for tables")
    }
  }

  func begin(_ schema: Schema, _ run: Run) throws {
    guard !settings.bucket.isEmpty else { throw PluginError.configuration("the bucket is missing", at: "/bucket") }
    let shown = shown
    let uploader = Uploader(
      client: try settings.connection.client(run), settings: settings,
      life: { run.progress(UInt64(shown.with { $0 }), of: nil, "bytes") })
    self.uploader = uploader
    (staged, uploads, skipped, sources) = ([], [], [], [:])
    let left = UploadJournal.left(run)
    try uploader.abort(left)
    if !left.isEmpty { UploadJournal.note([], run) }
  }

  // MARK: write

  func write(_ input: ImportedStream, _ run: Run) throws -> JSONValue {
    guard let uploader else { throw PluginError(.invalidArgument, "write before begin") }
    var bytes: Int64 = 0
    var row = 0
    while let batch = try input.next() {
      let (uri, path) = (batch.column("uri"), batch.column("path"))
      let (attributes, type) = (batch.column("attributes"), batch.column("media_type"))
      for index in 0..<batch.rowCount {
        try run.checkCancelled()
        let local = try TargetName.localPath(path: path?.string(index), uri: uri?.string(index), row: row)
        let key = try key(local, attributes?.string(index), row)
        let size = try stage(uploader, local, key, type?.string(index), row, run, done: bytes)
        bytes += size
        row += 1
        tell(bytes, run, every: 0)
      }
    }
    return ["rows": .int(Int64(row)), "bytes": .int(bytes)]
  }

  private func key(_ path: String, _ attributes: String?, _ row: Int) throws -> String {
    let name = try TargetName.of(path: path, attributes: attributes, keepFolders: settings.keepFolders, row: row)
    let key = settings.prefix + name
    guard key.utf8.count <= 1024 else {
      throw PluginError.data("\(path) would be stored under a key of more than 1024 bytes", file: path, row: row)
    }
    if let other = sources.updateValue(path, forKey: key) {
      throw PluginError.data(
        "\(other) and \(path) would both be stored as '\(key)'. Keep subfolders, or leave one of them out", file: path,
        row: row)
    }
    return key
  }

  /// Sends a large file's parts now; a small one waits for the commit. Answers its bytes.
  private func stage(
    _ uploader: Uploader, _ path: String, _ key: String, _ type: String?, _ row: Int, _ run: Run, done: Int64
  ) throws -> Int64 {
    let file = try LocalFile(path, row: row)
    guard file.size <= Uploader.objectBytesMax else {
      throw PluginError.data(
        "\(path) has \(sizeText(file.size)), and no object may be larger than 5 TiB", file: path, row: row)
    }
    if settings.overwrite != .replace, try uploader.etag(of: key, run) != nil {
      guard settings.overwrite == .skip else { throw Self.exists(settings.bucket, key) }
      skipped.append(key)
      return 0
    }
    let known = type.flatMap { $0.isEmpty ? nil : $0 } ?? MediaType(fileName: key).name
    var entry = StagedFile(file: file, key: key, mediaType: known)
    if file.size > settings.partBytes {
      var upload = try uploader.begin(key, mediaType: known, run)
      uploads.append(upload)
      UploadJournal.note(uploads, run)
      upload.etags = try uploader.sendParts(file, upload, run) { tell(done + $0, run, every: 1) }
      entry.upload = upload
    }
    staged.append(entry)
    return file.size
  }

  private func tell(_ bytes: Int64, _ run: Run, every seconds: Double) {
    let now = monotonicSeconds()
    guard now - toldAt >= seconds else { return }
    toldAt = now
    shown.with { $0 = bytes }
    run.progress(UInt64(bytes), of: nil, "bytes")
  }

  private static func exists(_ bucket: String, _ key: String) -> PluginError {
    PluginError(
      .configuration,
      "there is already an object 's3://\(bucket)/\(key)'. Choose what happens to it (overwrite: replace or "
        + "skip), or another prefix. Nothing was stored",
      details: ["path": "/overwrite", "file": .string("s3://\(bucket)/\(key)")])
  }

  // MARK: commit

  func commit(_ run: Run) throws -> JSONValue {
    if let receipt, receipt.run == run.meta.run { return receipt.json }
    guard let uploader else { throw PluginError(.invalidArgument, "commit before begin") }
    let known = UploadJournal.receipt(run)
    let answer = try known ?? publish(uploader, run)
    if known == nil {
      UploadJournal.note(receipt: answer, run)
    } else {
      // An earlier attempt has stored everything: what this one uploaded is not needed.
      try uploader.abort(uploads)
    }
    if !uploads.isEmpty { UploadJournal.note([], run) }
    (self.uploader, staged, uploads) = (nil, [], [])
    receipt = (run.meta.run, answer)
    return answer
  }

  private func publish(_ uploader: Uploader, _ run: Run) throws -> JSONValue {
    let (files, ifNew) = (staged, settings.overwrite != .replace)
    let etags = Locked([String?](repeating: nil, count: files.count))
    let stored = Locked([Int]())
    let (tally, maySkip, bucket) = (ByteTally(files.count), settings.overwrite == .skip, settings.bucket)
    do {
      try Parallel.run(
        files.count, threads: settings.parallel,
        tick: {
          try run.checkCancelled()
          tell(tally.total, run, every: 1)
        }
      ) { index, isStopped in
        let file = files[index]
        let etag =
          if let upload = file.upload { try uploader.complete(upload, ifNew: ifNew, run) } else {
            try uploader.put(file, ifNew: ifNew, run, isStopped, onSent: { tally.set(index, $0) })
          }
        guard let etag else {
          if maySkip { return }
          throw Self.exists(bucket, file.key)
        }
        etags.with { $0[index] = etag.filter { $0 != "\"" } }
        stored.with { $0.append(index) }
      }
    } catch {
      if ifNew { takeBack(stored.with { $0 }.map { files[$0].key }, uploader, run) }
      throw error
    }
    return answer(files, etags.with { $0 })
  }

  /// Those stored by this commit were not there before.
  private func takeBack(_ keys: [String], _ uploader: Uploader, _ run: Run) {
    for key in keys {
      do { try uploader.remove(key) } catch {
        run.log(.warning, "'\(key)' was stored and could not be removed again: \(PluginError(wrapping: error).message)")
      }
    }
  }

  private func answer(_ files: [StagedFile], _ etags: [String?]) -> JSONValue {
    var list: [JSONValue] = []
    var skipped = skipped
    for (file, etag) in zip(files, etags) {
      guard let etag else {
        skipped.append(file.key)
        continue
      }
      list.append([
        "uri": .string(ObjectRows.uri(settings.bucket, file.key)), "key": .string(file.key), "etag": .string(etag),
        "bytes": .int(file.file.size),
      ])
    }
    var answer: [String: JSONValue] = ["files": .array(list), "bucket": .string(settings.bucket)]
    if !skipped.isEmpty { answer["skipped"] = .array(skipped.map(JSONValue.string)) }
    return .object(answer)
  }

  // MARK: abort

  func abort(_ run: Run) throws {
    guard let uploader else { return }
    try uploader.abort(uploads)
    if !uploads.isEmpty { UploadJournal.note([], run) }
    (self.uploader, staged, uploads) = (nil, [], [])
  }
}
