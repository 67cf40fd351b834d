// Columns of every type, and what else several tests need.
import CPluginABI
import JSONValue
import Testing

@testable import PluginKit

struct Sample: Sendable, CustomTestStringConvertible {
  var type: DataType
  var values: [JSONValue]
  var testDescription: String { type.description }

  init(_ name: String, _ values: [JSONValue]) {
    // A name that does not parse would be a mistake in this file.
    type = (try? DataType(named: name)) ?? .null
    self.values = values
  }

  var batch: RecordBatch {
    get throws {
      var builder = BatchBuilder(Schema([Field("x", type), Field("row", .int64)]))
      for (row, value) in values.enumerated() { try builder.append([value, .int(Int64(row))]) }
      return builder.finish()
    }
  }

  static let long: JSONValue = "a text longer than twelve bytes"
  static let words: [JSONValue] = ["", nil, "short", long, "naïve 日本 😀", "short", nil, "z"]
  static let base64: [JSONValue] = ["", nil, "AP8=", "AAECAwQFBgcICQoLDA0ODw==", "AP8=", "AQ=="]
  static let lists: [JSONValue] = [[1, nil, 3], nil, [], [4], [5, 6], [7]]

  static let all: [Sample] =
    [
      Sample("null", [nil, nil, nil]), Sample("bool", [true, nil, false, true, true, false, true, nil, true, true]),
      Sample("int8", [0, nil, 127, -128]), Sample("uint8", [0, nil, 255]), Sample("int16", [0, nil, -32768]),
      Sample("uint16", [1, nil, 65535]), Sample("int32", [7, nil, -2_147_483_648]), Sample("uint32", [4_294_967_295]),
      Sample("int64", [9, nil, .int(.min), .int(.max)]), Sample("uint64", [1, nil, "18446744073709551615"]),
      Sample("float16", [1.5, nil, -2.0]), Sample("float32", [0.5, nil]), Sample("float64", [0.1, nil, -1e300]),
      Sample("decimal32(9,2)", ["1.25", nil, "-0.01"]), Sample("decimal64(18,0)", ["-7", nil]),
      Sample("decimal(38,10)", ["1.2500000000", nil, "-12345678901234567890.0000000001"]),
      Sample("decimal256(76,1)", [.string(String(repeating: "9", count: 75) + ".9"), nil, "-0.1"]),
      Sample("date32", ["2024-02-29", nil, "0001-01-01"]), Sample("date64", ["1969-12-31", nil]),
      Sample("time32[s]", ["03:04:05", nil]), Sample("time32[ms]", ["23:59:59.999", nil]),
      Sample("time64[us]", ["00:00:00.000001", nil]), Sample("time64[ns]", ["00:00:01.000000001"]),
      Sample("timestamp[us]", ["2024-02-29T03:04:05.678", nil]), Sample("timestamp[s, UTC]", ["1969-12-31T23:59:59Z"]),
      Sample("timestamp[ns, +05:30]", ["2024-01-01T00:00:00+05:30", nil]), Sample("duration[ms]", [-5, nil, 7]),
      Sample("interval[months]", [14, nil]), Sample("interval[day_time]", [["days": 1, "milliseconds": -2], nil]),
      Sample("interval[month_day_nano]", [["months": 1, "days": -2, "nanoseconds": 3], nil]),
      Sample("fixed_size_binary(2)", ["AP8=", nil, "AAA="]),
      Sample("fixed_size_list<int16, 2>", [[1, 2], nil, [3, nil]]),
      Sample("struct<a: int64, b: utf8>", [["a": 1, "b": "x"], nil, ["a": nil, "b": long], ["a": 2, "b": nil]]),
      Sample("map<utf8, int32>", [["a": 1, "b": nil], nil, [:], ["c": 3]]),
      Sample("map<int32, utf8>", [[["key": 1, "value": "x"]], nil, [:]]),
      Sample("dictionary<int8, utf8>", words), Sample("dictionary<uint32, int64, ordered>", [5, nil, 5, 6, 7, 6]),
      Sample("run_end_encoded<int32, utf8>", ["a", "a", nil, long, long]),
      Sample("run_end_encoded<int16, float64>", [1.5, 1.5, nil]),
      Sample("sparse_union<n: int64=0, s: utf8=1>", [1, "x", nil, long, 5]),
      Sample("dense_union<n: int64=7, s: utf8=3, l: list<int8>=0>", [1, "x", nil, [1, 2], 5, []]),
      Sample(
        "list<struct<k: utf8_view, v: list<dictionary<int16, utf8>>>>",
        [[["k": long, "v": ["a", "b", "a"]]], nil, []]),
    ] + ["utf8", "large_utf8", "utf8_view"].map { Sample($0, words) }
    + ["binary", "large_binary", "binary_view"].map { Sample($0, base64) }
    + ["list", "large_list", "list_view", "large_list_view"].flatMap {
      [Sample("\($0)<int32>", lists), Sample("\($0)<\($0)<utf8>>", [[["a", nil], nil, []], nil, [], [["b"]]])]
    }
}

extension RecordBatch {
  /// Every row as JSON.
  var rows: [[JSONValue]] { (0..<rowCount).map { row in (0..<columnCount).map { column($0).json(row) } } }
}
