// Decimal numbers, times and spans as people write them.
import Testing

@testable import ExpectationsPlugin

@Suite struct TextTests {
  @Test func `decimal numbers scale exactly and round the way they are asked to`() throws {
    #expect(try #require(DecimalNumber("12.345")).scaled(to: 2, .down) == 1234)
    #expect(try #require(DecimalNumber("12.345")).scaled(to: 2, .up) == 1235)
    #expect(try #require(DecimalNumber("-12.345")).scaled(to: 2, .down) == -1235)
    #expect(try #require(DecimalNumber("-12.345")).scaled(to: 2, .up) == -1234)
    #expect(try #require(DecimalNumber("1e3")).scaled(to: 0, .down) == 1000)
    #expect(try #require(DecimalNumber("1e300")).scaled(to: 0, .down) == .max)
    #expect(try #require(DecimalNumber("-1e-9")).scaled(to: 0, .up) == 0)
    for text in ["", "-", "1.2.3", "0x1", "1e", "1e999", "NaN", String(repeating: "9", count: 50)] {
      #expect(DecimalNumber(text) == nil, "\(text)")
    }
  }

  @Test func `times are read with zone and fraction`() {
    #expect(TimeText.instant("1970-01-01") == 0)
    #expect(TimeText.instant("1970-01-01T00:00:01.5Z") == 1_500_000_000)
    #expect(TimeText.instant("1970-01-01T01:00:00+01:00") == 0)
    #expect(TimeText.instant("1969-12-31 23:59:59") == -1_000_000_000)
    #expect(TimeText.instant("2000-02-29").map { $0 / TimeText.day } == 11_016)
    for text in ["", "1970", "1970-13-01", "2023-02-29", "1970-01-01T25:00:00Z", "1970-01-01X00:00:00", "1970-1-1"] {
      #expect(TimeText.instant(text) == nil, "\(text)")
    }
  }

  @Test func `spans add up their parts`() {
    #expect(TimeText.span("24h") == TimeText.day)
    #expect(TimeText.span("1d12h") == TimeText.day * 3 / 2)
    #expect(TimeText.span("1.5s") == 1_500_000_000)
    #expect(TimeText.span("500ms") == 500_000_000)
    for text in ["", "h", "24", "24 h", "-1h", "1y", "99999999999999999999h"] {
      #expect(TimeText.span(text) == nil, "\(text)")
    }
  }

  @Test func `numbers read well`() {
    #expect(Words.count(1_234_567) == "1,234,567" && Words.count(-100) == "-100" && Words.count(999) == "999")
    #expect(Words.percent(0.02451) == "2.45 %" && Words.percent(0.000001) == "under 0.01 %")
    #expect(Words.percent(0.9999999) == "over 99.99 %" && Words.percent(1) == "100 %")
    #expect(TimeText.words(seconds: 93_784) == "1 d 2 h" && TimeText.words(seconds: 0.25) == "0.3 s")
  }
}
