// No form of a secret value gets through, whole or in pieces.
import Foundation
import Testing

@testable import SecretVault

private let secret = "p@ss/w+rd ö1"

@Test func `a value and its encoded forms are replaced`() throws {
  let redactor = Redactor([secret])
  let percent = try #require(secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
  #expect(redactor.redact("a \(secret) b") == "a ••• b")
  #expect(redactor.redact(percent) == "•••")
  #expect(redactor.redact(Data(secret.utf8).base64EncodedString()) == "•••")
  for before in ["u:", "us:", "use:"] {
    let whole = Data("\(before)\(secret)".utf8).base64EncodedString()
    #expect(redactor.redact(whole).contains("•••"))
  }
}

@Test func `short values and other text stay`() {
  #expect(Redactor(["abc"]).redact("abc") == "abc")
  #expect(Redactor([secret]).redact("p@ss/w+rd") == "p@ss/w+rd")
}

@Test func `a value cut at any place is replaced`() {
  let text = Array("x \(secret) y".utf8)
  for cut in text.indices {
    var stream = RedactedStream(Redactor([secret]))
    let shown = stream.take(text[..<cut]) + stream.take(text[cut...]) + stream.finish()
    #expect(String(decoding: shown, as: UTF8.self) == "x ••• y")
  }
}
