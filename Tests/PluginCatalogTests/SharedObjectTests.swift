// ELF files that are right, wrong, cut off, and hostile.
import ArtifactStore
import Model
import PluginManifest
import TestSupport
import Testing

@testable import PluginCatalog

@Suite struct SharedObjectTests {
  private let folder = TemporaryFolder()

  private func stamp(_ bytes: [UInt8]) throws -> PluginStamp {
    let path = try folder.write(bytes, to: "\(UInt32.random(in: .min ... .max)).so")
    let file = try OpenFile(reading: path, code: .pluginFileMissing)
    return try SharedObject(reading: file).stamp
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
    #expect(code(Array("#!/bin/sh\necho this is a script that somebody renamed to plugin.so, and it is long\n".utf8)) == .notSharedObject)
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

  @Test func `random bytes in any place never crash`() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      var bytes = ELFSample(inSection: true).bytes
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
      }
      _ = code(bytes)
    }
  }
}
