// The ordinals of failing rows that a check left behind: HOME/runs/RUN/failing/NODE.csv.
import Foundation
import JSONValue

struct FailingRowFile {
  let folder: String
  let node: String

  /// Rows of one finding of the node, `finding` counted within the node. Reads no more than it has to.
  func page(of finding: Int, from start: Int, limit: Int) -> JSONValue {
    var rows: [JSONValue] = []
    var seen = 0
    if let file = fopen("\(folder)/\(node).csv", "re") {
      defer { fclose(file) }
      var buffer: UnsafeMutablePointer<CChar>?
      var capacity = 0
      defer { free(buffer) }
      while getline(&buffer, &capacity, file) > 0, let buffer {
        let line = String(cString: buffer)
        guard line.hasPrefix("\(finding),"), let row = line.split(separator: ",").last.flatMap({ Self.number($0) })
        else { continue }
        seen += 1
        if seen > start, rows.count < limit { rows.append([.int(row)]) }
      }
    }
    return .fields([
      "schema": [["name": "row", "type": "int64", "nullable": false]], "rows": .array(rows), "total": .int(Int64(seen)),
      "next": start + rows.count < seen ? .string(String(start + rows.count)) : .null,
    ])
  }

  private static func number(_ text: Substring) -> Int64? {
    Int64(text.trimmingCharacters(in: .whitespacesAndNewlines))
  }
}
