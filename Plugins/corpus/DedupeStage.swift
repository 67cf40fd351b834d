// Lets the first of equal, or nearly equal, texts pass.
import JSONValue
import PluginKit

final class DedupeStage: Stage {
  struct Configuration: Decodable {
    struct Near: Decodable {
      var threshold: Double?
      var words: Int?
      var seed: Int?
    }
    var columns: [String]?
    var normalise: Bool?
    var near: Near?
  }

  static let descriptor = ComponentDescriptor(
    "dedupe", title: "Remove duplicates", summary: "Lets the first of equal, or nearly equal, texts pass.",
    docs: """
      Of rows that agree in the chosen columns the first one passes, in the order of the table. Normalised, case,
      punctuation and blanks do not count.

      With `near`, rows whose texts share most of their word n-grams are duplicates too: the Jaccard similarity of the sets of
      n-grams is estimated by MinHash with 128 permutations, candidates are found by banding (Broder 1997; Leskovec,
      Rajaraman and Ullman, ch. 3), and a candidate counts only when its estimate reaches the threshold. The estimate's standard
      error is at most 0.044. A text that is near to two texts which are not near to each other goes with the first.

      Memory: 16 bytes a distinct text, with `near` about 1.2 kB. Figures of the run: rows, exact duplicates, near duplicates.
      """,
    inputs: [.table()], outputs: [.table()],
    config: [
      "type": "object", "additionalProperties": false,
      "properties": [
        "columns": [
          "type": "array", "items": ["type": "string"], "minItems": 1, "title": "Columns", "x-widget": "columns",
          "x-order": 1, "description": "What is compared. Default: all columns.",
        ],
        "normalise": [
          "type": "boolean", "title": "Ignore case, punctuation and blanks", "default": true, "x-order": 2,
        ],
        "near": [
          "type": "object", "additionalProperties": false, "title": "Near duplicates", "x-order": 3,
          "properties": [
            "threshold": [
              "type": "number", "exclusiveMinimum": 0, "maximum": 1, "default": 0.8, "title": "Least similarity",
            ],
            "words": ["type": "integer", "minimum": 1, "maximum": 50, "default": 3, "title": "Words of an n-gram"],
            "seed": ["type": "integer", "default": 0, "title": "Seed"],
          ],
        ],
      ],
    ],
    examples: [
      Example("Equal prompts", config: ["columns": ["prompt"]]),
      Example("Nearly equal documents", config: ["columns": ["text"], "near": ["threshold": 0.85, "words": 5]]),
    ], deterministic: true)

  private let configuration: Configuration

  init(configuration: Configuration, host: Host) throws { self.configuration = configuration }

  func bind(_ inputs: [InputSchema], _ run: Run) throws -> BoundOutputs {
    guard let schema = inputs[0].schema else { return .deferred }
    _ = try TextColumns(configuration.columns, in: schema, at: "/columns")
    return BoundOutputs([schema])
  }

  func open(
    _ inputs: [ImportedStream], names: [String], scans: [ScanRequest?], _ run: Run
  ) throws -> [any BatchStream] {
    let input = inputs[0]
    let columns = try TextColumns(configuration.columns, in: input.schema, at: "/columns")
    let seen = SeenTexts(
      normalises: configuration.normalise ?? true,
      near: configuration.near.map {
        NearTexts(threshold: $0.threshold ?? 0.8, words: $0.words ?? 3, seed: UInt64(bitPattern: Int64($0.seed ?? 0)))
      })
    return [
      GeneratedStream(schema: input.schema) {
        while let batch = try input.next() {
          try run.checkCancelled()
          let rows = (0..<batch.rowCount).filter { seen.isFirst(columns.texts(batch, $0)) }
          seen.tell(run)
          if rows.count == batch.rowCount { return batch }
          if !rows.isEmpty { return batch.take(rows) }
        }
        return nil
      }
    ]
  }
}

/// What passed so far. One stream's, one thread at a time.
final class SeenTexts {
  private struct Key: Hashable {
    var first: UInt64
    var second: UInt64
  }

  private let normalises: Bool
  private let near: NearTexts?
  private var exact: Set<Key> = []
  private var rows = 0
  private var equal = 0
  private var similar = 0

  init(normalises: Bool, near: NearTexts?) {
    self.normalises = normalises
    self.near = near
  }

  func isFirst(_ texts: [String?]) -> Bool {
    rows += 1
    // 128 bits: two different texts among a billion agree with a chance of 1e-21.
    var hashes = (TextHash(seed: 1), TextHash(seed: 2))
    for text in texts {
      let compared = normalises ? text.map { Words.of($0).joined(separator: " ") } : text
      hashes.0.append(compared)
      hashes.1.append(compared)
    }
    guard exact.insert(Key(first: hashes.0.value, second: hashes.1.value)).inserted else {
      equal += 1
      return false
    }
    if let near, !near.isFirst(texts.compactMap { $0 }.joined(separator: "\n")) {
      similar += 1
      return false
    }
    return true
  }

  func tell(_ run: Run) {
    run.progress(UInt64(rows), "rows")
    run.metric("rows_seen", Double(rows))
    run.metric("exact_duplicates", Double(equal))
    run.metric("near_duplicates", Double(similar))
  }
}
