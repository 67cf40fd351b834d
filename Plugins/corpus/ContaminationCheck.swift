// Does the training set know the texts that a model is judged on?
import JSONValue
import PluginKit

final class ContaminationCheck: Check {
  struct Configuration: Decodable {
    var columns: [String]?
    var reference_columns: [String]?
    var words: Int?
    var overlap: Double?
    var at_most: Double?
    var severity: String?
  }

  static let descriptor = ComponentDescriptor(
    "contamination", title: "Contamination", summary: "Finds rows whose text the training set knows.",
    docs: """
      For each row of the table: the share of its word n-grams that occur anywhere in the reference (case, punctuation and
      blanks do not count). A row is contaminated when the share reaches `overlap`; a text with fewer words than an n-gram
      counts as one n-gram. This is the n-gram test that published evaluations report (13 words in GPT-3, 8 words with a share of
      0.7 in PaLM); it finds copies and near copies, not paraphrases.

      The check passes while the share of contaminated rows is at most `at_most`. With `gate: {action: quarantine}` they are
      taken out of the table. Rows without any word cannot be judged; they are counted in the report.
      """,
    inputs: [.table(), .table("train")], outputs: [.table()],
    config: [
      "type": "object", "additionalProperties": false,
      "properties": [
        "columns": [
          "type": "array", "items": ["type": "string"], "minItems": 1, "title": "Columns", "x-widget": "columns",
          "x-order": 1, "description": "The texts of the table. Default: all columns.",
        ],
        "reference_columns": [
          "type": "array", "items": ["type": "string"], "minItems": 1, "title": "Columns of the reference",
          "x-order": 2,
          "description": "Default: the same columns.",
        ],
        "words": [
          "type": "integer", "minimum": 1, "maximum": 100, "default": 8, "title": "Words of an n-gram", "x-order": 3,
        ],
        "overlap": [
          "type": "number", "exclusiveMinimum": 0, "maximum": 1, "default": 0.7, "title": "Share that counts",
          "x-order": 4,
        ],
        "at_most": [
          "type": "number", "minimum": 0, "maximum": 1, "default": 0, "title": "Contaminated rows allowed",
          "x-order": 5,
          "description": "A share of all rows.",
        ],
        "severity": ["enum": ["error", "warn"], "default": "error", "title": "Severity", "x-order": 6],
      ],
    ],
    examples: [
      Example("As PaLM counts", config: ["columns": ["prompt"], "words": 8, "overlap": 0.7]),
      Example("Any 13 words in common", config: ["columns": ["text"], "words": 13, "overlap": 0.000001]),
    ], deterministic: true)

  private let configuration: Configuration
  private let size: Int
  private let overlap: Double
  private var known: Set<UInt64> = []
  private var columns: TextColumns?
  private var rows: Int64 = 0
  private var wordless: Int64 = 0
  private var failing: [Int64] = []
  private var worst: [(row: Int64, share: Double, text: String)] = []
  /// Rows by tenth of overlap.
  private var tenths = [Int](repeating: 0, count: 11)

  init(configuration: Configuration, host: Host) throws {
    self.configuration = configuration
    size = configuration.words ?? 8
    overlap = configuration.overlap ?? 0.7
  }

  private func columns(of schema: Schema) throws -> TextColumns {
    try TextColumns(configuration.columns, in: schema, at: "/columns")
  }

  private func columns(ofReference schema: Schema) throws -> TextColumns {
    let own = configuration.reference_columns
    return try TextColumns(own ?? configuration.columns, in: schema, at: own == nil ? "/columns" : "/reference_columns")
  }

  func bind(_ table: Schema, references: [(name: String, schema: Schema)]) throws {
    _ = try columns(of: table)
    for reference in references { _ = try columns(ofReference: reference.schema) }
  }

  func begin(_ table: Schema, references: [(name: String, stream: ImportedStream)], _ run: Run) throws {
    columns = try columns(of: table)
    for reference in references {
      let columns = try columns(ofReference: reference.stream.schema)
      defer { reference.stream.close() }
      var read: UInt64 = 0
      while let batch = try reference.stream.next() {
        try run.checkCancelled()
        for row in 0..<batch.rowCount {
          known.formUnion(Words.shingles(Words.of(columns.joined(batch, row)), size: size))
        }
        read += UInt64(batch.rowCount)
        run.progress(read, "rows of the reference")
      }
    }
  }

  func observe(_ batch: RecordBatch, firstRow: Int64) throws {
    guard let columns else { throw PluginError(.invalidArgument, "the host observes before begin") }
    for row in 0..<batch.rowCount {
      let text = columns.joined(batch, row)
      let shingles = Words.shingles(Words.of(text), size: size)
      rows += 1
      guard !shingles.isEmpty else {
        wordless += 1
        continue
      }
      let share = Double(shingles.count { known.contains($0) }) / Double(shingles.count)
      tenths[min(10, Int(share * 10))] += 1
      guard share >= overlap else { continue }
      failing.append(firstRow + Int64(row))
      note(firstRow + Int64(row), share, text)
    }
  }

  private func note(_ row: Int64, _ share: Double, _ text: String) {
    worst.append((row, share, String(text.prefix(200))))
    guard worst.count > 40 else { return }
    worst = Array(worst.sorted { $0.share > $1.share }.prefix(20))
  }

  func finish(_ run: Run) throws -> CheckResult {
    let share = rows == 0 ? 0 : Double(failing.count) / Double(rows)
    let limit = configuration.at_most ?? 0
    let finding = Finding(
      rule: "contamination", columns: columns?.names, severity: configuration.severity == "warn" ? .warn : .error,
      passed: share <= limit, observed: .double(share), limit: .double(limit), failingRows: Int64(failing.count),
      message:
        "\(failing.count) of \(rows) rows share at least \(overlap) of their \(size)-word sequences with the reference")
    return CheckResult(findings: [finding], report: report(share), failing: CheckResult.failingStream([failing]))
  }

  private func report(_ share: Double) -> JSONValue {
    let rowsOfTable: [JSONValue] = worst.sorted { ($1.share, $0.row) < ($0.share, $1.row) }.prefix(20).map {
      [.int($0.row), .double($0.share), .string($0.text)]
    }
    let points: [JSONValue] = tenths.enumerated().map { [.double(Double($0.offset) / 10), .int(Int64($0.element))] }
    return [
      "title": "Contamination",
      "metrics": [
        ["name": "contaminated_rows", "value": .int(Int64(failing.count)), "unit": "rows"],
        [
          "name": "contaminated_share", "value": rows == 0 ? .null : .double(share), "n": .int(rows), "better": "lower",
        ],
        ["name": "rows_without_words", "value": .int(wordless), "unit": "rows"],
        ["name": "known_sequences", "value": .int(Int64(known.count))],
      ],
      "tables": [
        [
          "title": "Rows that the reference knows best", "columns": ["row", "overlap", "text"],
          "rows": .array(rowsOfTable),
        ]
      ],
      "charts": [
        [
          "title": "Overlap with the reference", "type": "histogram",
          "x": ["label": .string("share of \(size)-word sequences")], "y": ["label": "rows"],
          "series": [["name": "rows", "points": .array(points)]],
        ]
      ],
    ]
  }
}
