// Row ordinals in ascending order, stored as runs of neighbours: a few bytes for a block of failing rows, one or two
// bytes for a lone one, so that ten million failing rows stay small.

struct OrdinalList: Sendable {
  /// Finished runs as pairs of variable-length integers: the gap before the run, with the lowest bit telling whether
  /// a length (minus two) follows; without it the run is one row.
  private var runs: [UInt8] = []
  /// The run being grown.
  private var open: Range<Int64>?
  /// Where the last finished run ended.
  private var end: Int64 = 0
  private(set) var count: Int64 = 0
  private(set) var first: Int64?

  var byteCount: Int { runs.capacity }

  /// `row` must be above all rows before it.
  @inline(__always)
  mutating func append(_ row: Int64) {
    count += 1
    if let run = open, run.upperBound == row {
      open = run.lowerBound..<(row + 1)
      return
    }
    startRun(row)
  }

  private mutating func startRun(_ row: Int64) {
    precondition(row >= (open?.upperBound ?? end), "row ordinals must ascend")
    close()
    if first == nil { first = row }
    open = row..<(row + 1)
  }

  private mutating func close() {
    guard let run = open else { return }
    let gap = UInt64(run.lowerBound - end) << 1
    write(run.count > 1 ? gap | 1 : gap)
    if run.count > 1 { write(UInt64(run.count - 2)) }
    end = run.upperBound
  }

  private mutating func write(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      runs.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    runs.append(UInt8(rest))
  }

  func makeReader() -> Reader { Reader(runs: runs, last: open) }

  /// Hands the ordinals out again, in order.
  struct Reader: IteratorProtocol {
    fileprivate var runs: [UInt8]
    fileprivate var last: Range<Int64>?
    private var position = 0
    private var end: Int64 = 0
    private var current: Range<Int64> = 0..<0

    fileprivate init(runs: [UInt8], last: Range<Int64>?) {
      self.runs = runs
      self.last = last
    }

    mutating func next() -> Int64? {
      if current.isEmpty, !advance() { return nil }
      let row = current.lowerBound
      current = (row + 1)..<current.upperBound
      return row
    }

    private mutating func advance() -> Bool {
      guard position < runs.count else {
        current = last ?? 0..<0
        last = nil
        return !current.isEmpty
      }
      let head = read()
      let start = end + Int64(head >> 1)
      let length = head & 1 == 1 ? Int64(read()) + 2 : 1
      current = start..<(start + length)
      end = current.upperBound
      return true
    }

    private mutating func read() -> UInt64 {
      var value: UInt64 = 0
      var shift: UInt64 = 0
      while true {
        let byte = runs[position]
        position += 1
        value |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return value }
        shift += 7
      }
    }
  }
}
