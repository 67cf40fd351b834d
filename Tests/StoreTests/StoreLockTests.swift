// SQLite in another process has to see that this one has the store open.
import Glibc
import TestSupport
import Testing

@testable import MetadataStore

@Suite struct StoreLockTests {
  private let folder = TemporaryFolder()
  /// F_OFD_GETLK, which the headers show only with _GNU_SOURCE.
  private static let openDescriptionGetLock: Int32 = 36

  /// Whether somebody who is not this process would be kept from SQLite's shared bytes: a lock of an open file description
  /// conflicts with the locks that the process holds. The descriptor stays open, as closing it would let go of those.
  private func isLocked(_ descriptor: Int32) throws -> Bool {
    // SQLite's PENDING_BYTE, and 512 bytes from there: pending, reserved and shared.
    var wanted = flock(l_type: Int16(F_WRLCK), l_whence: Int16(SEEK_SET), l_start: 0x4000_0000, l_len: 512, l_pid: 0)
    try #require(fcntl(descriptor, Self.openDescriptionGetLock, &wanted) == 0)
    return wanted.l_type != Int16(F_UNLCK)
  }

  @Test func `a store that is opened twice in one process stays locked`() throws {
    let path = "\(folder.path)/m.sqlite"
    let first = try MetadataStore(path: path)
    let second = try MetadataStore(path: path)
    let outside = open(path, O_RDWR)
    defer { close(outside) }
    #expect(try isLocked(outside))
    #expect(try first.users() == second.users())
    first.close()
    #expect(try isLocked(outside))
    _ = try MetadataStore(path: path)
    #expect(try isLocked(outside))
    second.close()
    #expect(try !isLocked(outside))
  }
}
