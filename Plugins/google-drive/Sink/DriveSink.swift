// The `sink` component: uploads files into a folder in Drive, all or nothing.
import FileNames
import JSONValue
import PluginKit

final class DriveSink: Sink {
  static var descriptor: ComponentDescriptor { SinkSchema.descriptor }

  let settings: SinkConfiguration
  private var work: Staged?
  private var receipt: (run: String, json: JSONValue)?

  /// What lies between begin and commit.
  private final class Staged {
    let client: DriveClient
    let tree: TargetTree
    let folder: StagingFolder
    let uploads: ParallelWork<Upload, StagedFile>
    var files: [StagedFile] = []
    /// By the name that a file is to have, where it came from.
    var names: [String: String] = [:]

    init(_ settings: SinkConfiguration, _ run: Run) throws {
      client = DriveClient(settings.access, scope: .write, run)
      tree = try TargetTree(settings, client)
      folder = try StagingFolder(client, drive: tree.drive, target: tree.anchor)
      uploads = ParallelWork(threads: settings.parallel) { try $0.run() }
    }
  }

  init(configuration: SinkConfiguration, host: Host) throws { settings = configuration }

  func bind(_ schema: Schema, input: String) throws {
    guard schema["path"] != nil else {
      throw PluginError(
        .data, "this input has no column 'path': it is a table, not files. Write the table to files first")
    }
  }

  func begin(_ schema: Schema, _ run: Run) throws { work = try Staged(settings, run) }

  func write(_ input: ImportedStream, _ run: Run) throws -> JSONValue {
    guard let work else { throw PluginError(.invalidArgument, "write before begin") }
    var row = 0
    while let batch = try input.next() {
      let columns = ["uri", "path", "media_type", "attributes"].map { batch.column($0) }
      for index in 0..<batch.rowCount {
        try run.checkCancelled()
        let values = columns.map { $0?.string(index) }
        if isDeletion(values[3]) { continue }
        let path = try TargetName.localPath(path: values[1], uri: values[0], row: row)
        let wanted = try TargetName.of(
          path: path, attributes: values[3], keepFolders: settings.keepsFolders, reserved: StagingFolder.prefix,
          row: row)
        let name = try claim(wanted, for: path, row: row, work)
        let upload = Upload(
          client: work.client, path: path, name: name, mediaType: mediaType(values[2]), parent: work.folder.id, row: row
        )
        while work.uploads.outstanding >= settings.parallel * 2 { try collect(work, run) }
        try work.uploads.submit(upload)
        row += 1
      }
    }
    while work.uploads.outstanding > 0 { try collect(work, run) }
    return ["rows": .int(Int64(row)), "bytes": .int(work.files.reduce(0) { $0 + $1.bytes })]
  }

  /// A row of an incremental source that says a file is gone there. It is not removed here.
  private func isDeletion(_ attributes: String?) -> Bool {
    guard let attributes, attributes.contains("\"deleted\"") else { return false }
    return (try? JSONValue(parsing: attributes))?["change"]?.string == "deleted"
  }

  /// Never a Google type: Drive would convert the file.
  private func mediaType(_ text: String?) -> String {
    guard let text, text.contains("/"), !text.hasPrefix("application/vnd.google-apps."),
      text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { return "application/octet-stream" }
    return text
  }

  private func collect(_ work: Staged, _ run: Run) throws {
    for done in work.uploads.take(waiting: 100) { work.files.append(try done.result.get()) }
    try run.checkCancelled()
    work.client.pulse.beat()
  }

  /// Makes sure that no two files of this run want one name, and fails before the upload where commit would fail anyway.
  private func claim(_ wanted: String, for path: String, row: Int, _ work: Staged) throws -> String {
    var name = wanted
    var number = 1
    while let other = work.names[name] {
      guard settings.overwrite == .version else {
        throw PluginError.data(
          "\(other) and \(path) would both be stored as '\(name)'. Keep subfolders, exclude one of them, or set "
            + "overwrite to version", file: path, row: row)
      }
      number += 1
      name = TargetName.numbered(wanted, number)
    }
    work.names[name] = path
    if settings.overwrite == .fail {
      let run = StagingFolder.short(work.client.run.meta.run)
      let there = try work.tree.files(named: name).filter { $0.appProperties[StagingFolder.runKey] != run }
      if !there.isEmpty { throw Publication.exists(work.tree.shown(name)) }
    }
    return name
  }

  func commit(_ run: Run) throws -> JSONValue {
    if let receipt, receipt.run == run.meta.run { return receipt.json }
    guard let work else { throw PluginError(.invalidArgument, "commit before begin") }
    // A wish to stop that comes between two moves would leave half a run.
    work.client.ignoreCancel()
    let known = try Receipts.stored(run)
    let answer = try known ?? publish(work)
    if known == nil { Receipts.store(answer, run) }
    end(work)
    do { try work.folder.remove() } catch {
      run.log(
        .warning, "the folder of the uploads could not be removed: \((error as? PluginError)?.message ?? "\(error)")")
    }
    receipt = (run.meta.run, answer)
    return answer
  }

  private func publish(_ work: Staged) throws -> JSONValue {
    work.tree.forget()
    let publication = Publication(work.tree, work.folder)
    // Uploads end in any order: the receipt has one of its own.
    try publication.publish(work.files.sorted { $0.name < $1.name })
    let list = publication.published.map { file -> JSONValue in
      ["path": .string(work.tree.shown(file.name)), "id": .string(file.id), "bytes": .int(file.bytes)]
    }
    var answer: [String: JSONValue] = ["files": .array(list), "folder": .string(settings.folder.text)]
    if !publication.skipped.isEmpty { answer["skipped"] = .array(publication.skipped.map(JSONValue.string)) }
    return .object(answer)
  }

  func abort(_ run: Run) throws {
    guard let work else { return }
    end(work)
    work.client.reopen()
    work.client.ignoreCancel()
    try work.folder.remove()
  }

  private func end(_ work: Staged) {
    work.client.close()
    work.uploads.stop()
    work.client.reopen()
    self.work = nil
  }

  deinit { if let work { end(work) } }
}
