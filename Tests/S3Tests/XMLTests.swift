// The little of XML that is read, and what is refused.
import Testing

@testable import S3Plugin

@Suite struct XMLTests {
  @Test func `elements, entities, CDATA, comments and attributes`() throws {
    let root = try XMLReader.parse(
      Array(
        "\u{FEFF}<?xml version=\"1.0\"?>\n<!-- c --><s:A xmlns='x>y' b=\"</A>\"><B>1 &lt;&amp;&#65;&#x1F600;</B><B/><C><![CDATA[<&>]]> x<!--y--></C></s:A>\n"
          .utf8))
    #expect(root.name == "A" && root.all("B").map(\.text) == ["1 <&A😀", ""])
    #expect(root["C"] == "<&> x" && root["D"] == nil)
  }

  @Test(arguments: [
    "<A>", "<A></B>", "<A", "<>", "A", "<A>&#xD800;</A>", "<A>&verylongentity;</A>", "<A><![CDATA[x</A>",
    "<!DOCTYPE a><A/>",
    "<A/>x", "<A b=\"></A>",
  ]) func `what is broken is refused`(_ text: String) {
    #expect(throws: XMLReader.Malformed.self) { try XMLReader.parse(Array(text.utf8)) }
  }

  @Test func `deep nesting ends in an error`() {
    let text = String(repeating: "<a>", count: 100_000)
    #expect(throws: XMLReader.Malformed.self) { try XMLReader.parse(Array(text.utf8)) }
    #expect(throws: XMLReader.Malformed.self) { try XMLReader.parse([0x3C, 0xFF, 0x3E]) }
  }

  @Test func `times of both kinds`() {
    #expect(Times.stamp(1_369_353_600) == "20130524T000000Z")
    #expect(Times.microseconds("2009-10-12T17:50:30.25Z") == 1_255_369_830_250_000)
    #expect(Times.microseconds("2009-10-12T17:50:30Z") == 1_255_369_830_000_000)
    for wrong in ["", "2009-10-12", "2009-10-12T17:50:30", "2009-10-12T17:50:30.xZ"] {
      #expect(Times.microseconds(wrong) == nil)
    }
  }
}
