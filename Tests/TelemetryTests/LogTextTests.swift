// Lines of the log, with text from elsewhere in them.
import JSONValue
import Logging
import Telemetry
import Testing

struct LogTextTests {
  private let forged = LogText(
    time: "2026-11-28T06:00:00.000Z", level: .warning,
    message: "failed: no\n2026-11-28T06:00:00.000Z info all is well \u{1B}[2J",
    facts: ["run": "01M", "pipeline": "a \"b\"\nc", "path": "x=y", "empty": ""])

  @Test func `text from elsewhere forges no line, no fact and no colour`() {
    #expect(
      forged.text(isColored: false)
        == "2026-11-28T06:00:00.000Z warning failed: no 2026-11-28T06:00:00.000Z info all is well  [2J"
        + "  empty=\"\" path=\"x=y\" pipeline=\"a \\\"b\\\"\\nc\" run=01M")
    let colored = forged.text(isColored: true)
    #expect(!colored.contains("\n"))
    #expect(!colored.contains("\u{1B}[2J"))
    #expect(colored.hasSuffix("\u{1B}[0m"))
  }

  @Test func `a program reads back every text as it was`() throws {
    #expect(!forged.json.contains("\n"))
    let line = try JSONValue(parsing: forged.json)
    #expect(line["level"] == "warning")
    #expect(line["pipeline"] == "a \"b\"\nc")
    #expect(line["message"]?.string?.hasSuffix("\u{1B}[2J") == true)
  }

  @Test func `a fact cannot take the place of time, level or message`() throws {
    let line = LogText(time: "t", level: .info, message: "m", facts: ["time": "x", "level": "x", "message": "x"])
    #expect(try JSONValue(parsing: line.json) == ["time": "t", "level": "info", "message": "m"])
  }
}
