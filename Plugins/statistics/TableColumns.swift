// Finding the columns that a configuration names, with words for what is not there.
package import PluginKit

package enum TableColumns {
  /// The position of a column. `pointer` is where the configuration names it.
  package static func index(_ name: String, in schema: Schema, at pointer: String) throws -> Int {
    if let index = schema.index(of: name) { return index }
    let names = schema.fields.map(\.name)
    let alike = names.first { $0.lowercased() == name.lowercased() }
    let known = names.prefix(20).joined(separator: ", ") + (names.count > 20 ? ", …" : "")
    let hint = alike.map { "Did you mean '\($0)'? " } ?? ""
    throw PluginError.configuration("there is no column '\(name)'. \(hint)The table has: \(known)", at: pointer)
  }

  /// The same for a column of numbers (bool counts as 0 and 1).
  package static func number(_ name: String, in schema: Schema, at pointer: String) throws -> Int {
    let index = try index(name, in: schema, at: pointer)
    guard schema.fields[index].type.isNumber else {
      throw PluginError.configuration(
        "column '\(name)' holds \(schema.fields[index].type), where numbers are needed", at: pointer)
    }
    return index
  }

  /// Columns that an evaluator adds must not have the name of one that is there.
  package static func checkNew(_ names: [String], beside schema: Schema, at pointer: String) throws {
    guard let twice = names.first(where: { schema.index(of: $0) != nil }) else { return }
    throw PluginError.configuration(
      "the table already has a column '\(twice)': set a prefix for the new columns", at: pointer)
  }
}

extension DataType {
  package var isNumber: Bool {
    switch self {
    case .bool, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float16, .float32, .float64,
      .decimal:
      true
    case .dictionary(_, let value, _): value.isNumber
    default: false
    }
  }
}
