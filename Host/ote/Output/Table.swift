// Columns of text, aligned: figures to the right, words to the left.

struct Table {
  struct Column {
    var title: String
    var isRight = false
  }

  let columns: [Column]
  private var rows: [[String]] = []

  /// A title that begins with ">" makes a right-aligned column.
  init(_ titles: String...) {
    columns = titles.map {
      $0.hasPrefix(">") ? Column(title: String($0.dropFirst()), isRight: true) : Column(title: $0)
    }
  }

  mutating func add(_ cells: String...) { add(cells: cells) }
  mutating func add(cells: [String]) { rows.append(cells.map(Self.oneLine)) }
  var isEmpty: Bool { rows.isEmpty }

  /// A row is a line, whatever its data holds.
  private static func oneLine(_ cell: String) -> String {
    guard cell.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return cell }
    return cell.unicodeScalars.map { scalar in
      scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: false) : String(scalar)
    }.joined()
  }

  func text(indent: String = "", style: Style = .output) -> String {
    let widths = columns.indices.map { index in
      max(columns[index].title.count, rows.map { index < $0.count ? $0[index].count : 0 }.max() ?? 0)
    }
    func line(_ cells: [String]) -> String {
      let padded = columns.indices.map { index in
        let cell = index < cells.count ? cells[index] : ""
        let space = String(repeating: " ", count: max(0, widths[index] - cell.count))
        return columns[index].isRight ? space + cell : cell + space
      }
      var text = indent + padded.joined(separator: "  ")
      while text.hasSuffix(" ") { text.removeLast() }
      return text
    }
    let head = columns.allSatisfy { $0.title.isEmpty } ? [] : [style.dim(line(columns.map(\.title)))]
    return (head + rows.map(line)).joined(separator: "\n")
  }
}
