// The key file is made once, for its owner only, and refused when others may read it.
import Foundation
import Glibc
import Model
import TestSupport
import Testing

@testable import SecretVault

@Test func `the key file is made once with mode 600`() throws {
  let folder = TemporaryFolder()
  let path = "\(folder.path)/secrets.key"
  let first = try KeyFile.read(path)
  var status = stat()
  #expect(stat(path, &status) == 0)
  #expect(status.st_mode & 0o777 == 0o600)
  #expect(status.st_size == 32)
  #expect(try KeyFile.read(path).id == first.id)
  #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["secrets.key"])
}

@Test(arguments: [0o640, 0o604, 0o620, 0o666] as [mode_t])
func `a key file with a wider mode is refused`(mode: mode_t) throws {
  let folder = TemporaryFolder()
  let path = "\(folder.path)/secrets.key"
  _ = try KeyFile.read(path)
  chmod(path, mode)
  let problem = #expect(throws: Problem.self) { try KeyFile.read(path) }
  #expect(problem?.code == .secretUnavailable)
  #expect(problem?.next.contains("chmod 600") == true)
}

@Test func `a link or a short file is no key file`() throws {
  let folder = TemporaryFolder()
  _ = try KeyFile.read("\(folder.path)/real")
  symlink("\(folder.path)/real", "\(folder.path)/link")
  #expect(throws: Problem.self) { try KeyFile.read("\(folder.path)/link") }
  truncate("\(folder.path)/real", 31)
  #expect(throws: Problem.self) { try KeyFile.read("\(folder.path)/real") }
}
