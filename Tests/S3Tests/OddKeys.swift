// Keys that a careless client encodes, decodes or shortens wrongly.
enum OddKeys {
  static let all: [String] =
    (0..<10).map { "p/00\($0).csv" } + [
      "sp ace/a b+c&d=e?f#g.txt", "uni/żółć-日本.txt", "dots/a..b.txt", "pct/100%25.txt", "pct/100%.txt", "pl+us.txt",
      "til~de.txt", "quo'te(1)*!.txt", "a;b,c:d@e.txt", "br[ack]{et}.txt", "pct/%41.txt", "dollar$.txt",
      "double\"quote.txt", "lt<gt>.txt", "am&p;.txt", "pipe|caret^.txt", "back`tick.txt", "eq=ual.txt", "que?ry=1&x=2",
      "UPPER/lower.TXT", "emoji/😀.csv", "trailing./dot.",
    ]
}
