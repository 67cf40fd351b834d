// Templates: what they read, and what they refuse.
import JSONValue
import PluginKit
import PluginTesting
import Testing

@testable import GeneratePlugin

@Suite struct TemplateTests {
  private func filled(_ text: String, _ value: JSONValue, nulls: NullPolicy = .fail, type: DataType = .utf8) throws
    -> String
  {
    let schema = Schema([Field("a", type), Field("odd }} \"name\"", .int64)])
    var builder = BatchBuilder(schema)
    try builder.append([value, 7])
    let template = try BoundTemplate(try Template(text, at: "/prompt"), schema, at: "/prompt")
    return try template.fill(builder.finish(), 0, ordinal: 37, nulls: nulls)
  }

  @Test func `text stays, holes are filled, spaces in them do not matter`() throws {
    #expect(try filled("x {{a}} y {{ a }}}", "v") == "x v y v}")
    #expect(try filled("no } hole { here", "v") == "no } hole { here")
    #expect(try filled("{{a}}{{a}}", "{{a}}") == "{{a}}{{a}}")
    #expect(try filled("日本 {{a}} 👩‍🚀", "é") == "日本 é 👩‍🚀")
  }

  @Test func `a backslash makes braces literal, two of them stand for one`() throws {
    #expect(try filled(#"\{{a}} {{a}}"#, "v") == "{{a}} v")
    #expect(try filled(#"\\{{a}}"#, "v") == #"\v"#)
    #expect(try filled(#"\\\{{a}}"#, "v") == #"\{{a}}"#)
    #expect(try filled(#"C:\dir\n"#, "v") == #"C:\dir\n"#)
  }

  @Test func `a name in quotes may hold anything`() throws {
    #expect(try filled(#"{{"odd }} \"name\""}}"#, "v") == "7")
  }

  @Test func `values are written plainly, and as JSON where asked`() throws {
    #expect(try filled("{{a}}", 1.5, type: .float64) == "1.5")
    #expect(try filled("{{a|json}}", "say \"hi\"") == #""say \"hi\"""#)
    #expect(try filled("{{a}}", ["x", "y"], type: .list(Field("item", .utf8))) == #"["x","y"]"#)
    #expect(try filled("{{a|json}}", .null) == "null")
  }

  @Test func `a pointer goes into lists, structs and JSON text`() throws {
    #expect(try filled("{{a/1}}", ["x", "y"], type: .list(Field("item", .utf8))) == "y")
    #expect(try filled("{{a/k/0}}", #"{"k": [5]}"#) == "5")
  }

  @Test func `a failing row is named with its column and what is there`() throws {
    let null = try failure { _ = try filled("{{a}}", .null) }
    #expect(null.status == .data && null.details["row"] == 37 && null.details["column"] == "a")
    #expect(null.message == "row 37: the value 'a' is null")
    #expect(try filled("[{{a}}]", .null, nulls: .empty) == "[]")
    let absent = try failure { _ = try filled("{{a/3}}", ["x"], type: .list(Field("item", .utf8))) }
    #expect(absent.message == #"row 37: 'a' has nothing at '/3': it holds ["x"]"#)
    let text = try failure { _ = try filled("{{a/k}}", "plain") }
    #expect(text.message == #"row 37: 'a' is no JSON to look into: it holds "plain""#)
  }

  @Test(arguments: ["{{", "{{a", "{{}}", "{{ }}", "{{a|upper}}", "{{\"a}}", "{{a}", "x {{a/b|json"])
  func `what is not a template is refused with its place`(_ text: String) throws {
    let error = try failure { _ = try Template(text, at: "/prompt") }
    #expect(error.status == .configuration && error.details["path"] == "/prompt")
    #expect(error.message.contains("at character"))
  }

  @Test func `a column that is not there is found before any row`() throws {
    let stage = try bench { _ in "" }.instance("generate", ["messages": [["role": "user", "content": "{{text}}"]]])
    let error = try failure { _ = try stage.bind([(name: "rows", schema: try questions([]).schema)]) }
    #expect(error.message == "there is no column 'text'; there are 'id', 'q'")
    #expect(error.details["path"] == "/messages/0/content")
  }
}
