// ELF files that are right, wrong, cut off, and hostile.
import Glibc
import Model
import PluginManifest
import TestSupport
import Testing

@testable import PluginCatalog

@Suite struct SharedObjectTests {
  private let folder = TemporaryFolder()

  private func stamp(_ bytes: [UInt8]) throws -> PluginStamp {
    let path = try folder.write(bytes, to: "\(UInt32.random(in: .min ... .max)).so")
    defer { unlink(path) }
    return try SharedObject(path: path).stamp
  }

  private func code(_ bytes: [UInt8]) -> ProblemCode? {
    do {
      _ = try stamp(bytes)
      return nil
    } catch {
      return (error as? Problem)?.code
    }
  }

  @Test func `the note is found by program headers, else by section headers`() throws {
    let expected = PluginStamp(built: ABIVersion(major: 1, minor: 2), needs: ABIVersion(major: 1, minor: 1))
    #expect(try stamp(ELFSample(built: 0x10002, needs: 0x10001).bytes) == expected)
    #expect(try stamp(ELFSample(built: 0x10002, needs: 0x10001, inSegment: false, inSection: true).bytes) == expected)
  }

  @Test func `what is no shared object for this machine is told apart`() {
    #expect(code([]) == .notSharedObject)
    let script = "#!/bin/sh\necho this is a script that somebody renamed to plugin.so, and it is long\n"
    #expect(code(Array(script.utf8)) == .notSharedObject)
    #expect(code(ELFSample(fileType: 2).bytes) == .notSharedObject)
    #expect(code(ELFSample(machine: 243).bytes) == .notSharedObject)
    #expect(code([UInt8](repeating: 0xFF, count: 4096)) == .notSharedObject)
  }

  @Test func `a file without our note says so`() {
    #expect(code(ELFSample(owner: "XYZ\0").bytes) == .stampMissing)
    #expect(code(ELFSample(magic: 1).bytes) == .stampMissing)
    #expect(code(ELFSample(inSegment: false).bytes) == .stampMissing)
    #expect(code(ELFSample(noteType: 2).bytes) == .stampMissing)
  }

  @Test func `lies about sizes end in a problem, not in a crash`() {
    #expect(code(ELFSample(noteSize: .max).bytes) == .stampMissing)
    #expect(code(ELFSample(noteSize: 20).bytes) == .stampMissing)
    #expect(code(ELFSample(noteOffset: .max).bytes) == .stampMissing)
    #expect(code(ELFSample(ownerSize: .max).bytes) == .stampMissing)
    #expect(code(ELFSample(loadedSize: .max).bytes) == .notSharedObject)
    #expect(code(ELFSample(segmentCount: .max).bytes) == .notSharedObject)
    #expect(code(ELFSample(segmentCount: 0).bytes) == .notSharedObject)
  }

  @Test func `cut at any length it never passes and never crashes`() {
    let whole = ELFSample(inSection: true, tail: "").bytes
    for length in whole.indices { #expect(code(Array(whole[..<length])) == .notSharedObject) }
  }

  @Test func `changed bytes in any place never crash`() {
    let whole = ELFSample(inSection: true).bytes
    // A fixed sequence, so that what fails once fails again.
    var random: UInt64 = 42
    func next(_ bound: Int) -> Int {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(random >> 33) % bound
    }
    for _ in 0..<400 {
      var bytes = whole
      for _ in 0...next(8) { bytes[next(bytes.count)] = UInt8(next(256)) }
      _ = code(bytes)
    }
  }
}
