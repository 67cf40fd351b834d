// Linux calls that Swift's Glibc module does not import. Looked up once; where one is missing (old libc) the callers
// have another way.
import Glibc

enum SystemCalls {
  typealias CopyRange =
    @convention(c) (
      Int32, UnsafeMutablePointer<Int64>?, Int32, UnsafeMutablePointer<Int64>?, Int, UInt32
    ) -> Int
  typealias Rename = @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32

  /// copy_file_range: lets the file system share blocks instead of copying.
  static let copyFileRange: CopyRange? = dlsym(nil, "copy_file_range").map { unsafeBitCast($0, to: CopyRange.self) }
  static let renameat2: Rename? = dlsym(nil, "renameat2").map { unsafeBitCast($0, to: Rename.self) }

  /// Flags of renameat2 (linux/fs.h).
  static let noReplace: UInt32 = 1
  static let exchange: UInt32 = 2
}
