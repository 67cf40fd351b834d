// CSV and TSV: the dialect is settled first, then types are sniffed, then both are written down for the run.
import JSONValue
import PluginKit

/// DuckDB's own dialect guess is not trusted: for a file with a ragged row it may settle on a single column or skip
/// the rows that do not fit, in silence.
struct CSVReader {
  private let files: [FileEntry]
  private let configuration: ReadConfiguration
  private let connection: Connection
  private let compression: Compression
  private let firstLine: String
  private let delimiter: String

  init(
    _ files: [FileEntry], _ configuration: ReadConfiguration, tabs: Bool, _ connection: Connection
  ) throws {
    self.files = files
    self.configuration = configuration
    self.connection = connection
    compression = try Compression.detect(files)
    let source = FirstLine(configuration, compression, connection)
    firstLine = try source.read(files[0])
    delimiter = configuration.delimiter ?? (tabs ? "\t" : Self.delimiter(in: firstLine))
  }

  func reader() throws -> ReadPlan.Reader {
    let sniffed = try sniff(files[0])
    let uniform = try sniffed.header ? haveSameFirstLine() : true
    var options = dialect
    if uniform {
      let columns = try configuration.overridden(sniffed.columns)
      options += ["auto_detect=false", "header=\(sniffed.header)", "columns=\(SQLText.types(columns))"]
      options += sniffed.formats
    } else {
      // Columns stand in another order, or not everywhere: DuckDB looks at each file and matches by name.
      try checkNames(sniffed.columns.map(\.name))
      let overrides = try configuration.typeOverrides().sorted { $0.key < $1.key }
      options += ["header=true", "union_by_name=true"]
      options += ["sample_size=\(configuration.sampleRows ?? 20_480)"] + configuredFormats
      if !overrides.isEmpty { options.append("types=\(SQLText.types(overrides.map { ($0.key, $0.value) }))") }
    }
    if let source = configuration.addSource { options.append("filename=\(source.sqlLiteral)") }
    if configuration.rejects { options.append("store_rejects=true") }
    let list = SQLText.list(files.map(\.path))
    return ReadPlan.Reader(
      relation: "read_csv(\(list), \(options.joined(separator: ", ")))",
      rejects: configuration.rejects ? Self.rejects : nil, rejectsNeedTable: true,
      addsSource: configuration.addSource != nil)
  }

  private static let rejects = """
    (SELECT s.file_path AS file, e.line::BIGINT AS line, e.column_name AS "column", e.error_type::VARCHAR AS error, \
    e.error_message AS message, e.csv_line AS "row" FROM reject_errors e JOIN reject_scans s USING (scan_id, file_id) \
    ORDER BY file, line, e.column_idx)
    """

  // MARK: the dialect

  private static func delimiter(in line: String) -> String {
    var counts: [Character: Int] = [:]
    var quoted = false
    for character in line {
      if character == "\"" { quoted.toggle() }
      if !quoted { counts[character, default: 0] += 1 }
    }
    let candidates: [Character] = [",", "\t", ";", "|"]
    let best = candidates.max { (counts[$0] ?? 0, candidates.rank($0)) < (counts[$1] ?? 0, candidates.rank($1)) }
    return String(best!)
  }

  /// Everything that holds for sniffing and reading alike.
  private var dialect: [String] {
    var options = [
      "delim=\(delimiter.sqlLiteral)", "quote=\((configuration.quote ?? "\"").sqlLiteral)",
      "escape=\((configuration.escape ?? configuration.quote ?? "\"").sqlLiteral)",
      "comment=\((configuration.comment ?? "").sqlLiteral)", "skip=\(configuration.skip ?? 0)",
      "compression='\(compression.rawValue)'",
    ]
    if let nulls = configuration.nulls { options.append("nullstr=\(SQLText.list(nulls))") }
    if let encoding = configuration.encoding { options.append("encoding=\(encoding.sqlLiteral)") }
    if let bytes = configuration.maxLineBytes { options.append("max_line_size=\(bytes)") }
    return options
  }

  private var configuredFormats: [String] {
    [
      configuration.dateFormat.map { "dateformat=\($0.sqlLiteral)" },
      configuration.timestampFormat.map { "timestampformat=\($0.sqlLiteral)" },
    ].compactMap(\.self)
  }

  // MARK: header and types

  private struct Sniffed {
    var header: Bool
    var columns: [(name: String, type: String)]
    /// The date formats that the sniffer recognised, as options.
    var formats: [String]
  }

  private func sniff(_ file: FileEntry) throws -> Sniffed {
    var options = dialect + configuredFormats + ["sample_size=\(configuration.sampleRows ?? 20_480)"]
    if let header = configuration.header { options.append("header=\(header)") }
    do {
      return try sniff(file, options)
    } catch let error as EngineError {
      // A row that does not fit stops the sniffer. Without such rows it still learns the columns, and reading then
      // tells the line.
      if let sniffed = try? sniff(file, options + ["ignore_errors=true"]) { return sniffed }
      throw readingError(file) ?? error
    }
  }

  /// The sniffer counts lines in its own way: reading as text finds the line that stops it.
  private func readingError(_ file: FileEntry) -> EngineError? {
    let names = firstLine.split(separator: delimiter, omittingEmptySubsequences: false).indices
    let columns = names.enumerated().map { (name: "c\($0.offset)", type: "VARCHAR") }
    let options = dialect + ["auto_detect=false", "header=false", "columns=\(SQLText.types(columns))"]
    do {
      _ = try connection.rows(
        "SELECT count(COLUMNS(*)) FROM read_csv(\(file.path.sqlLiteral), \(options.joined(separator: ", ")))")
      return nil
    } catch {
      return error as? EngineError
    }
  }

  private func sniff(_ file: FileEntry, _ options: [String]) throws -> Sniffed {
    let rows = try connection.rows(
      "SELECT HasHeader, Columns, DateFormat, TimestampFormat "
        + "FROM sniff_csv(\(file.path.sqlLiteral), \(options.joined(separator: ", ")))")
    guard let row = rows.first, let columns = row[1].array else {
      throw PluginError.data("no columns were found in \(file.path)", file: file.path)
    }
    return Sniffed(
      header: row[0].bool ?? true,
      columns: columns.map { (name: $0["name"]?.string ?? "", type: $0["type"]?.string ?? "VARCHAR") },
      formats: [
        row[2].string.map { "dateformat=\($0.sqlLiteral)" }, row[3].string.map { "timestampformat=\($0.sqlLiteral)" },
      ].compactMap(\.self))
  }

  /// Whether files with other header lines can be read together. Throws `data` for one whose columns are others.
  private func checkNames(_ names: [String]) throws {
    if configuration.rejects {
      throw PluginError.configuration(
        "bad rows can be set aside only where all files have the same header line", at: "/on_bad_rows")
    }
    if configuration.unionByName == true { return }
    for file in files.dropFirst() {
      let found = try sniff(file).columns.map(\.name)
      if Set(found) == Set(names) { continue }
      throw PluginError.data(
        "the files have different columns: \(files[0].name) has \(names.joined(separator: ", ")), "
          + "\(file.name) has \(found.joined(separator: ", ")). Set union_by_name to read them together",
        file: file.path)
    }
  }

  /// With columns given, DuckDB goes by position alone: only equal header lines make that right.
  private func haveSameFirstLine() throws -> Bool {
    let source = FirstLine(configuration, compression, connection)
    return try files.dropFirst().allSatisfy { try source.read($0) == firstLine }
  }
}

extension [Character] {
  /// Earlier is better.
  fileprivate func rank(_ character: Character) -> Int { -(firstIndex(of: character) ?? count) }
}

/// The first line of a text file that is not skipped.
struct FirstLine {
  private let configuration: ReadConfiguration
  private let compression: Compression
  private let connection: Connection

  init(_ configuration: ReadConfiguration, _ compression: Compression, _ connection: Connection) {
    self.configuration = configuration
    self.compression = compression
    self.connection = connection
  }

  func read(_ file: FileEntry) throws -> String {
    let skip = configuration.skip ?? 0
    if compression == .none, configuration.encoding == nil, let line = plain(file, skip) { return line }
    // Compressed or in another encoding: DuckDB unpacks it. No character can be a delimiter here.
    var options = [
      "auto_detect=false", "delim=chr(1)", "quote=''", "escape=''", "comment=''", "header=false", "skip=\(skip)",
      "columns={'line': 'VARCHAR'}", "compression='\(compression.rawValue)'",
    ]
    if let encoding = configuration.encoding { options.append("encoding=\(encoding.sqlLiteral)") }
    if let bytes = configuration.maxLineBytes { options.append("max_line_size=\(bytes)") }
    let sql = "SELECT line FROM read_csv(\(file.path.sqlLiteral), \(options.joined(separator: ", "))) LIMIT 1"
    return try connection.rows(sql).first?.first?.string ?? ""
  }

  /// nil where the line does not end within a megabyte.
  private func plain(_ file: FileEntry, _ skip: Int) -> String? {
    for size in [1 << 12, 1 << 16, 1 << 20] {
      guard let bytes = LocalFile.start(of: file.path, size) else { return nil }
      let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
      let lines = text.split(maxSplits: skip + 1, omittingEmptySubsequences: false) { $0 == UInt8(ascii: "\n") }
      if lines.count > skip + 1 || bytes.count < size {
        let line = lines.count > skip ? lines[skip] : []
        return String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
      }
    }
    return nil
  }
}
