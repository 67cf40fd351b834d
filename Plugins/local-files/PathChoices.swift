// Paths to choose from while one is being typed: what lies in the folder that the text has reached.
import FileNames
import Glibc
import JSONValue
import PluginKit

struct PathChoices {
  /// As many as a list shows.
  private static let choicesMax = 200
  /// A form waits: of larger folders a part is offered, and typing more of the name brings others.
  private static let namesMax = 20_000

  var foldersOnly = false

  func choices(typed text: String, _ run: Run) throws -> FieldChoices {
    guard !text.utf8.contains(0) else { return FieldChoices([]) }
    let cut = text.lastIndex(of: "/").map { text.index(after: $0) } ?? text.startIndex
    let (folder, begun) = (String(text[..<cut]), Array(text[cut...].utf8))
    guard let reader = try open(folder.isEmpty ? "." : folder) else { return FieldChoices([]) }
    var (folders, files): ([FieldChoices.Choice], [FieldChoices.Choice]) = ([], [])
    var seen = 0
    while let name = try reader.next(), seen < Self.namesMax {
      seen += 1
      if seen % 1000 == 0 { try run.checkCancelled() }
      guard name.starts(with: begun), name.first != 0x2E || begun.first == 0x2E,
        let shown = String(validating: name, as: UTF8.self), let status = try? reader.status(name, follow: true)
      else { continue }
      if status.isFolder {
        folders.append(.init(.string("\(folder)\(shown)/"), title: "folder"))
      } else if status.isFile, !foldersOnly {
        files.append(.init(.string(folder + shown), title: sizeText(Int64(status.st_size))))
      }
    }
    let all = sorted(folders) + sorted(files)
    return FieldChoices(
      Array(all.prefix(Self.choicesMax)), hasMore: all.count > Self.choicesMax || seen == Self.namesMax)
  }

  /// nil where the text names nothing that could hold names.
  private func open(_ folder: String) throws -> DirectoryReader? {
    let path = try SourcePath.absolute(folder)
    do { return try DirectoryReader(path, in: nil, path: path, follow: true) } catch let error as SystemError {
      if error.status == .notFound { return nil }
      throw error.problem()
    }
  }

  private func sorted(_ choices: [FieldChoices.Choice]) -> [FieldChoices.Choice] {
    choices.sorted { ($0.value?.string ?? "") < ($1.value?.string ?? "") }
  }
}

extension FileSource: DynamicOptions {
  func options(field: String, query: String, run: Run) throws -> FieldChoices {
    try PathChoices().choices(typed: query, run)
  }
}

extension FolderSink: DynamicOptions {
  func options(field: String, query: String, run: Run) throws -> FieldChoices {
    try PathChoices(foldersOnly: true).choices(typed: query, run)
  }
}
