// The ending that a configured file name may have already.

/// "all.csv.gz" of a CSV file: base "all", format "csv", packed "gz". What fits neither belongs to the base.
struct FileEnding {
  private(set) var base: String
  private(set) var format: String?
  private(set) var packed: String?

  init(of name: String, _ format: WriteConfiguration.Format) {
    base = name
    var rest = name
    if format.isText, let last = Self.cut(&rest, { Compression.extensions[$0] != nil }) {
      // A bare ".gz" is left: what it holds would be anybody's guess.
      guard let own = Self.cut(&rest, format.endings.contains) else { return }
      (base, self.format, packed) = (rest, own, last)
    } else if let own = Self.cut(&rest, format.endings.contains) {
      (base, self.format) = (rest, own)
    }
  }

  var packing: WriteConfiguration.Packing? {
    packed.flatMap { Compression.extensions[$0.lowercased()] }.flatMap { .init(rawValue: $0.rawValue) }
  }

  /// Takes the last ending off where it fits. Upper case is kept, and does not count.
  private static func cut(_ name: inout String, _ fits: (String) -> Bool) -> String? {
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return nil }
    let ending = String(name[name.index(after: dot)...])
    guard fits(ending.lowercased()) else { return nil }
    name = String(name[..<dot])
    return ending
  }
}

extension WriteConfiguration.Format {
  /// The first is the usual one; the others are those by which `read` knows the format too.
  var endings: [String] {
    switch self {
    case .csv: ["csv", "txt"]
    case .tsv: ["tsv", "tab"]
    case .jsonl: ["jsonl", "ndjson", "json"]
    case .parquet: ["parquet", "pq"]
    case .excel: ["xlsx"]
    }
  }

  /// Packed as a whole, which its name tells.
  var isText: Bool { [.csv, .tsv, .jsonl].contains(self) }
}
