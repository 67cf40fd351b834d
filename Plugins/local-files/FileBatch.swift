// Found files as one batch of the `files` schema.
import FileNames
import Glibc
import PluginKit

final class FileBatch {
  private var builder: BatchBuilder
  private(set) var count = 0

  init(capacity: Int) { builder = BatchBuilder(.files, capacity: capacity) }

  func append(_ file: FoundFile) {
    // Listing has made sure that the path is UTF-8.
    let path = String(decoding: file.path, as: UTF8.self)
    let relative = String(decoding: file.relative, as: UTF8.self)
    let media = MediaType(fileName: relative)
    builder[0].append(FileBatch.uri(file.path))
    builder[1].append(path)
    builder[2].append(Int64(file.status.st_size))
    builder[3].append(FileBatch.etag(file.status))
    builder[4].append(floorDivide(file.status.modifiedNanoseconds, 1000))
    builder[5].append(media.name)
    builder[6].append(FileBatch.attributes(root: file.root, relative: file.relative, compression: media.compression))
    count += 1
  }

  func finish() -> RecordBatch { builder.finish() }

  /// A JSON object, written by hand: an encoder costs more than all the rest of a row.
  static func attributes(root: [UInt8], relative: [UInt8], compression: String?) -> String {
    var text = Array("{".utf8)
    if let compression { text += Array("\"compression\":\"\(compression)\",".utf8) }
    text += Array("\"folder\":".utf8)
    quote(root, &text)
    text += Array(",\"relative_path\":".utf8)
    quote(relative, &text)
    text.append(0x7D)
    return String(decoding: text, as: UTF8.self)
  }

  private static func quote(_ bytes: [UInt8], _ text: inout [UInt8]) {
    text.append(0x22)
    for byte in bytes {
      switch byte {
      case 0x22, 0x5C: text += [0x5C, byte]
      case 0..<0x20: text += Array((byte < 16 ? "\\u000" : "\\u00").utf8) + Array(String(byte, radix: 16).utf8)
      default: text.append(byte)
      }
    }
    text.append(0x22)
  }

  /// Changes whenever the file is replaced, resized or written: inode, size and time in hexadecimal.
  static func etag(_ status: stat) -> String {
    let parts = [UInt64(status.st_ino), UInt64(bitPattern: Int64(status.st_size))]
    return (parts + [UInt64(bitPattern: status.modifiedNanoseconds)]).map { String($0, radix: 16) }.joined(
      separator: "-")
  }

  static func uri(_ path: [UInt8]) -> String {
    var text = Array("file://".utf8)
    let digits = Array("0123456789ABCDEF".utf8)
    for byte in path {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E, 0x2F: text.append(byte)
      default: text += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  private func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
    let quotient = value / divisor
    return value % divisor < 0 ? quotient - 1 : quotient
  }
}
