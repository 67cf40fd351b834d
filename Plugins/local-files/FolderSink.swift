// The `folder` component: copies files into a folder, all or nothing.
import FileNames
import Glibc
import JSONValue
import PluginKit

final class FolderSink: Sink {
  static var descriptor: ComponentDescriptor { FolderSchema.descriptor }

  private let settings: FolderConfiguration
  private var staging: StagingFolder?
  private var files: [StagedFile] = []
  private var names: [String: String] = [:]
  private var receipt: (run: String, json: JSONValue)?

  init(configuration: FolderConfiguration, host: Host) throws { settings = configuration }

  func bind(_ schema: Schema, input: String) throws {
    guard schema["path"] != nil || schema["uri"] != nil else {
      throw PluginError(
        .data,
        "this input has no column 'path' or 'uri': it is a table, not files. "
          + "Write the table to files first, or use a sink for tables")
    }
  }

  func begin(_ schema: Schema, _ run: Run) throws {
    guard !settings.path.isEmpty else { throw PluginError.configuration("the path is missing", at: "/path") }
    let path = String(decoding: try SourcePath.absolute(settings.path), as: UTF8.self)
    let target = try TargetFolder(path, create: settings.create)
    staging = try StagingFolder(in: target, run: run.meta.run, node: run.meta.node)
    files = []
    names = [:]
  }

  func write(_ input: ImportedStream, _ run: Run) throws -> JSONValue {
    guard let staging else { throw PluginError(.invalidArgument, "write before begin") }
    var bytes: Int64 = 0
    var row = 0
    while let batch = try input.next() {
      let columns = Columns(batch)
      for index in 0..<batch.rowCount {
        try run.checkCancelled()
        try stage(columns.row(index), number: row, staging, run, &bytes)
        row += 1
      }
    }
    try staging.folder.flush()
    return ["rows": .int(Int64(row)), "bytes": .int(bytes)]
  }

  private func stage(
    _ file: Columns.Row, number: Int, _ staging: StagingFolder, _ run: Run, _ bytes: inout Int64
  ) throws {
    let path = try TargetName.localPath(path: file.path, uri: file.uri, row: number)
    let wanted = try TargetName.of(
      path: path, attributes: file.attributes, keepFolders: settings.keepFolders, reserved: StagingFolder.prefix,
      row: number)
    let name = try claim(wanted, for: path, row: number)
    try refuseExisting(name, staging)
    let staged = String(files.count)
    do {
      var done = UInt64(bytes)
      let copied = try FileCopy.copy(
        path, to: staged, in: staging.folder.descriptor, shownAs: "\(staging.target.path)/\(name)",
        onStep: { count in
          done += UInt64(count)
          run.progress(done, of: nil, "bytes")
          try run.checkCancelled()
        })
      bytes += copied
      files.append(StagedFile(staged: staged, name: name, bytes: copied))
    } catch let error as SystemError {
      throw error.problem()
    }
  }

  /// Makes sure that no two files of this run want one name.
  private func claim(_ wanted: String, for path: String, row: Int) throws -> String {
    var name = wanted
    var number = 1
    while let other = names[name] {
      guard settings.overwrite == .version else {
        throw PluginError.data(
          "\(other) and \(path) would both be stored as '\(name)'. Keep subfolders, exclude one of them, "
            + "or set overwrite to version", file: path, row: row)
      }
      number += 1
      name = TargetName.numbered(wanted, number)
    }
    names[name] = path
    return name
  }

  /// Fails before the copy where commit would fail anyway.
  private func refuseExisting(_ name: String, _ staging: StagingFolder) throws {
    guard settings.overwrite == .fail else { return }
    var found = stat()
    let exists = fstatat(staging.target.descriptor, name, &found, AT_SYMLINK_NOFOLLOW) == 0
    if exists, !staging.ours.contains(found.identity) {
      throw Publication.exists("\(staging.target.path)/\(name)")
    }
  }

  func commit(_ run: Run) throws -> JSONValue {
    if let receipt, receipt.run == run.meta.run { return receipt.json }
    guard let staging else { throw PluginError(.invalidArgument, "commit before begin") }
    let known = try storedReceipt(run)
    let answer = try known ?? publish(staging)
    if known == nil { store(answer, run) }
    try staging.remove()
    try staging.target.flush()
    self.staging = nil
    receipt = (run.meta.run, answer)
    return answer
  }

  private func publish(_ staging: StagingFolder) throws -> JSONValue {
    for file in files { try refuseExisting(file.name, staging) }
    try staging.writeJournal(files)
    let publication = Publication(staging, overwrite: settings.overwrite)
    try publication.publish(files)
    let list = publication.published.map { file -> JSONValue in
      ["path": .string(staging.target.path + "/" + file.name), "bytes": .int(file.bytes)]
    }
    var answer: [String: JSONValue] = ["files": .array(list), "folder": .string(staging.target.path)]
    if !publication.skipped.isEmpty { answer["skipped"] = .array(publication.skipped.map(JSONValue.string)) }
    return .object(answer)
  }

  func abort(_ run: Run) throws {
    guard let staging else { return }
    try staging.remove()
    staging.target.removeMadeFolders()
    self.staging = nil
    files = []
    names = [:]
  }
}

/// The columns of a `files` batch that this sink reads.
private struct Columns {
  struct Row {
    var uri: String?
    var path: String?
    var attributes: String?
  }

  private let uri: Column?
  private let path: Column?
  private let attributes: Column?

  init(_ batch: RecordBatch) {
    uri = batch.column("uri")
    path = batch.column("path")
    attributes = batch.column("attributes")
  }

  func row(_ index: Int) -> Row {
    Row(uri: uri?.string(index), path: path?.string(index), attributes: attributes?.string(index))
  }
}
