// Shared objects as bytes: just enough ELF for the catalog's reader, and every way to lie about it.
import PluginManifest

struct ELFSample {
  var built: UInt32 = 0x0001_0000
  var needs: UInt32 = 0x0001_0000
  var owner = "OTE\0"
  var magic: UInt32 = 0x5045_544F
  var fileType: UInt16 = 3
  var machine: UInt16 = VendorManifest.platform == "linux_amd64" ? 62 : 183
  /// Where the note is told of.
  var inSegment = true
  var inSection = false
  var noteType: UInt32 = 1
  /// Claims of the note and the loadable segment about themselves.
  var noteSize: UInt64?
  var noteOffset: UInt64?
  var ownerSize: UInt32?
  var loadedSize: UInt64?
  var segmentCount: UInt16?
  var tail = "the code"

  var bytes: [UInt8] {
    let segments = inSegment ? 2 : 1
    let noteAt = 64 + segments * 56
    let note = self.note
    let sectionsAt = noteAt + note.count
    var file: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0] + [UInt8](repeating: 0, count: 8)
    append(fileType, to: &file)
    append(machine, to: &file)
    append(UInt32(1), to: &file)
    append(UInt64(0), to: &file)
    append(UInt64(64), to: &file)
    append(UInt64(inSection ? sectionsAt : 0), to: &file)
    append(UInt32(0), to: &file)
    for word in [64, 56, segmentCount ?? UInt16(segments), 64, inSection ? 2 : 0, 0] as [UInt16] {
      append(word, to: &file)
    }
    appendSegment(1, offset: 0, size: loadedSize ?? UInt64(noteAt + note.count), alignment: 4096, to: &file)
    if inSegment {
      appendSegment(
        4, offset: noteOffset ?? UInt64(noteAt), size: noteSize ?? UInt64(note.count), alignment: 4, to: &file)
    }
    file += note
    if inSection {
      file += [UInt8](repeating: 0, count: 64)
      append(UInt32(0), to: &file)
      append(UInt32(7), to: &file)
      for word in [0, 0, UInt64(noteAt), UInt64(note.count), 0, 4, 0] as [UInt64] { append(word, to: &file) }
    }
    return file + Array(tail.utf8)
  }

  private var note: [UInt8] {
    // A foreign note first, as linkers write a build id.
    var note: [UInt8] = []
    for word in [4, 3, 3] as [UInt32] { append(word, to: &note) }
    note += Array("GNU\0".utf8) + [1, 2, 3, 0]
    for word in [ownerSize ?? UInt32(owner.utf8.count), 16, noteType] as [UInt32] { append(word, to: &note) }
    note += Array(owner.utf8)
    for word in [magic, built, needs, 0] { append(word, to: &note) }
    return note
  }

  private func appendSegment(
    _ type: UInt32, offset: UInt64, size: UInt64, alignment: UInt64, to file: inout [UInt8]
  ) {
    append(type, to: &file)
    append(UInt32(4), to: &file)
    for word in [offset, 0, 0, size, size, alignment] { append(word, to: &file) }
  }

  private func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }
}
