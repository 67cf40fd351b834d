// The grammar of a request, from whichever form it came in.
import JSONValue
import PluginKit

enum GrammarText {
  /// GBNF, nil where any text may be answered.
  static func of(_ format: JSONValue?) throws -> String? {
    guard let format else { return nil }
    switch format["type"]?.string {
    case "text": return nil
    case "json": return SchemaGrammar.anyJSON
    case "json_schema":
      guard let schema = format["schema"] else { throw wrong("/format/schema", "\"format\" lacks its \"schema\"") }
      return try SchemaGrammar.gbnf(of: schema)
    case "grammar":
      guard let text = format["gbnf"]?.string else { throw wrong("/format/gbnf", "\"format\" lacks its \"gbnf\"") }
      return try checked(text)
    default:
      throw wrong("/format/type", "the format \(format["type"]?.text ?? "") is none of json_schema, json, grammar")
    }
  }

  static func wrong(_ pointer: String, _ words: String) -> PluginError {
    PluginError(.invalidArgument, words, details: ["path": .string(pointer)])
  }

  /// llama.cpp reads grammars by recursion: deep nesting would take the whole stack.
  private static func checked(_ text: String) throws -> String {
    // Without a word llama.cpp would take it for no grammar at all.
    guard text.contains("root"), text.utf8.count <= 1 << 17, !text.utf8.contains(0) else {
      throw wrong("/format/gbnf", "the grammar has no rule \"root\", more than 131072 bytes, or a zero byte")
    }
    var depth = 0
    for byte in text.utf8 {
      if byte == UInt8(ascii: "(") { depth += 1 } else if byte == UInt8(ascii: ")") { depth -= 1 }
      guard depth <= 100 else { throw wrong("/format/gbnf", "the grammar is nested too deeply") }
    }
    return text
  }
}
