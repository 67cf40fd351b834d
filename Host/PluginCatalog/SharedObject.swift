// Reads an ELF file's header and its OpenTrustEval note without loading it. The file may be hostile.
import ArtifactStore
import Glibc
import Model
import PluginManifest

/// What the note `.note.ote` says (OTE_STAMP in ote_plugin.h).
struct PluginStamp: Hashable {
  var built: ABIVersion
  var needs: ABIVersion
}

/// A 64-bit little-endian shared object for this machine.
struct SharedObject {
  let stamp: PluginStamp

  private static let noteOwner = Array("OTE\0".utf8)
  private static let noteType: UInt32 = 1
  private static let magic: UInt32 = 0x5045_544F
  private static let maximumNoteBytes: UInt64 = 1 << 20

  #if arch(x86_64)
    private static let machine: (code: UInt16, name: String) = (62, "x86-64")
  #elseif arch(arm64)
    private static let machine: (code: UInt16, name: String) = (183, "AArch64")
  #endif

  init(path: String) throws(Problem) { try self.init(reading: OpenFile(reading: path, code: .pluginFileMissing)) }

  init(reading file: borrowing OpenFile) throws(Problem) {
    guard let header = ByteReader(file, offset: 0, count: 64, limit: 64) else {
      throw Self.refused(file.path, "it has \(file.identity.size) bytes, too few for an ELF file")
    }
    try Self.check(header, path: file.path)
    let segments = try Self.segments(header, of: file)
    var stamp: PluginStamp?
    for segment in segments where segment.type == 4 && stamp == nil {
      stamp = Self.stamp(in: file, offset: segment.offset, size: segment.size, alignment: segment.alignment)
    }
    // A stripped-down linker script may leave the note out of the program headers.
    for section in try Self.sections(header, of: file) where section.type == 7 && stamp == nil {
      stamp = Self.stamp(in: file, offset: section.offset, size: section.size, alignment: section.alignment)
    }
    guard let stamp else {
      throw Problem(.stampMissing, "\(file.path) has no ELF note of owner OTE", at: ProblemLocation(file: file.path))
    }
    self.stamp = stamp
  }

  private static func check(_ header: ByteReader, path: String) throws(Problem) {
    guard header.integer(UInt32.self, at: 0) == 0x464C_457F else { throw refused(path, "it is not an ELF file") }
    guard header.integer(UInt8.self, at: 4) == 2, header.integer(UInt8.self, at: 5) == 1 else {
      throw refused(path, "it is not 64-bit little-endian")
    }
    let machine = header.integer(UInt16.self, at: 18) ?? 0
    guard machine == Self.machine.code else {
      throw refused(path, "it is for \(machineName(machine)), this machine is \(Self.machine.name)")
    }
    guard header.integer(UInt16.self, at: 16) == 3 else {
      throw refused(path, "it is an ELF file, but not a shared object")
    }
  }

  private static func machineName(_ code: UInt16) -> String {
    switch code {
    case 3: "32-bit x86"
    case 40: "32-bit ARM"
    case 62: "x86-64"
    case 183: "AArch64"
    case 243: "RISC-V"
    default: "machine \(code)"
    }
  }

  private static func refused(_ path: String, _ reason: String) -> Problem {
    Problem(.notSharedObject, "\(path): \(reason)", at: ProblemLocation(file: path))
  }
}

extension SharedObject {
  private struct Region {
    var type: UInt32
    var offset: UInt64
    var size: UInt64
    var alignment: UInt64
  }

  private static func segments(_ header: ByteReader, of file: borrowing OpenFile) throws(Problem) -> [Region] {
    let count = header.integer(UInt16.self, at: 56) ?? 0
    let offset = header.integer(UInt64.self, at: 32) ?? 0
    guard header.integer(UInt16.self, at: 54) == 56, count > 0,
      let table = ByteReader(file, offset: offset, count: UInt64(count) * 56, limit: 65535 * 56)
    else { throw refused(file.path, "its program headers are missing; the file is truncated or damaged") }
    var regions: [Region] = []
    for index in 0..<Int(count) {
      let at = index * 56
      guard let type = table.integer(UInt32.self, at: at), let offset = table.integer(UInt64.self, at: at + 8),
        let size = table.integer(UInt64.self, at: at + 32), let alignment = table.integer(UInt64.self, at: at + 48)
      else { break }
      if type == 1 {
        let (end, overflow) = offset.addingReportingOverflow(size)
        guard !overflow, end <= UInt64(max(0, file.identity.size)) else {
          throw refused(file.path, "a segment ends behind the end of the file; the file is truncated")
        }
      }
      regions.append(Region(type: type, offset: offset, size: size, alignment: alignment))
    }
    return regions
  }

  private static func sections(_ header: ByteReader, of file: borrowing OpenFile) throws(Problem) -> [Region] {
    let count = header.integer(UInt16.self, at: 60) ?? 0
    let offset = header.integer(UInt64.self, at: 40) ?? 0
    // Section headers may be stripped away whole.
    guard count > 0, offset > 0 else { return [] }
    guard header.integer(UInt16.self, at: 58) == 64,
      let table = ByteReader(file, offset: offset, count: UInt64(count) * 64, limit: 65535 * 64)
    else { throw refused(file.path, "its section headers lie behind the end of the file; the file is truncated") }
    var regions: [Region] = []
    for index in 0..<Int(count) {
      let at = index * 64
      guard let type = table.integer(UInt32.self, at: at + 4), let offset = table.integer(UInt64.self, at: at + 24),
        let size = table.integer(UInt64.self, at: at + 32), let alignment = table.integer(UInt64.self, at: at + 48)
      else { break }
      regions.append(Region(type: type, offset: offset, size: size, alignment: alignment))
    }
    return regions
  }

  private static func stamp(
    in file: borrowing OpenFile, offset: UInt64, size: UInt64, alignment: UInt64
  ) -> PluginStamp? {
    guard let notes = ByteReader(file, offset: offset, count: size, limit: maximumNoteBytes) else { return nil }
    let step = alignment == 8 ? 8 : 4
    var at = 0
    while let nameSize = notes.integer(UInt32.self, at: at), let wordsSize = notes.integer(UInt32.self, at: at + 4),
      let type = notes.integer(UInt32.self, at: at + 8)
    {
      let words = padded(at + 12 + Int(nameSize), step)
      if type == noteType, wordsSize >= 16, Int(nameSize) == noteOwner.count,
        notes.slice(at: at + 12, count: Int(nameSize)).map(Array.init) == noteOwner,
        notes.integer(UInt32.self, at: words) == magic, let built = notes.integer(UInt32.self, at: words + 4),
        let needs = notes.integer(UInt32.self, at: words + 8)
      {
        return PluginStamp(built: ABIVersion(word: built), needs: ABIVersion(word: needs))
      }
      at = padded(words + Int(wordsSize), step)
    }
    return nil
  }

  private static func padded(_ size: Int, _ step: Int) -> Int { (size + step - 1) / step * step }
}
