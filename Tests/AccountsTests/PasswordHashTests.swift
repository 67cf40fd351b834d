// scrypt as RFC 7914 and Python's hashlib compute it, and limits on what a stored hash may ask for.
import Foundation
import Model
import TestSupport
import Testing

@testable import Accounts

private func hex(_ bytes: [UInt8]) -> String { bytes.map { String(format: "%02x", $0) }.joined() }

@Test func `scrypt gives the RFC 7914 vectors`() throws {
  let first = try PasswordHash.derive(
    Array("password".utf8), salt: Array("NaCl".utf8), cost: .init(logRounds: 10, blockSize: 8, parallelism: 16),
    count: 64)
  #expect(hex(first).hasPrefix("fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"))
  let second = try PasswordHash.derive(
    Array("pleaseletmein".utf8), salt: Array("SodiumChloride".utf8),
    cost: .init(logRounds: 14, blockSize: 8, parallelism: 1), count: 64)
  #expect(hex(second).hasPrefix("7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"))
}

@Test func `a hash of Python's hashlib verifies here`() throws {
  let code = """
    import base64, hashlib
    b = lambda x: base64.b64encode(x).decode().rstrip('=')
    salt = bytes(range(16))
    h = hashlib.scrypt('correct horse ü'.encode(), salt=salt, n=2**15, r=8, p=1, dklen=32, maxmem=2**26)
    print(f'$scrypt$ln=15,r=8,p=1${b(salt)}${b(h)}')
    """
  let result = try RunningProgram(
    "/usr/bin/env", ["python3", "-c", code], environment: ProcessInfo.processInfo.environment
  ).finish()
  try #require(result.code == 0, "\(result.errors)")
  let stored = result.output.trimmingCharacters(in: .whitespacesAndNewlines)
  #expect(try PasswordHash.verify("correct horse ü", against: stored))
  #expect(try !PasswordHash.verify("correct horse u", against: stored))
}

@Test func `a new hash verifies and survives its text form`() throws {
  let hash = try PasswordHash(of: "a long password")
  let parsed = try #require(PasswordHash(parsing: hash.text))
  #expect(parsed == hash)
  #expect(!parsed.needsRehash)
  #expect(try parsed.matches("a long password"))
  #expect(try !PasswordHash.verify("a long password", against: nil))
}

@Test(arguments: [
  "", "$scrypt$", "$scrypt$ln=30,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
  "$scrypt$ln=15,r=800,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
  "$scrypt$ln=15,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$",
  "$argon2$ln=15,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
])
func `a malformed or too costly hash is refused`(text: String) { #expect(PasswordHash(parsing: text) == nil) }

@Test func `passwords that are short, huge or the user's name are refused`() throws {
  #expect(throws: Problem.self) { try PasswordRules.check("123456789", of: "ada") }
  #expect(throws: Problem.self) { try PasswordRules.check(String(repeating: "x", count: 1025), of: "ada") }
  #expect(throws: Problem.self) { try PasswordRules.check("Ada.Lovelace", of: "ada.lovelace") }
  try PasswordRules.check("1234567890", of: "ada")
}
