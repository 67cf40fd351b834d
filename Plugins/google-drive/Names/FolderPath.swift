// A place in Drive as people write it: "My Drive/Reports", "Shared drives/Sales/2026", "id:1AbC", a pasted address.
import PluginKit

struct FolderPath: Sendable, Hashable {
  enum Root: Sendable, Hashable {
    case myDrive
    /// nil stands for the list of them.
    case sharedDrive(String?)
    case sharedWithMe
    case id(String)
  }

  static let myDrive = "My Drive"
  static let sharedDrives = "Shared drives"
  static let sharedWithMe = "Shared with me"

  var root: Root
  /// Names of folders below it, and perhaps of a file at the end.
  var names: [String]

  init(root: Root, names: [String] = []) {
    self.root = root
    self.names = names
  }

  /// Throws a configuration error at `pointer`.
  init(_ text: String, at pointer: String) throws {
    if let id = Self.idInAddress(text) {
      self.init(root: .id(id))
      return
    }
    guard !text.contains("://") else {
      throw PluginError.configuration(
        "'\(text.prefix(120))' is no address of a folder or file in Google Drive", at: pointer)
    }
    var names = Self.split(text).filter { !$0.isEmpty }
    guard !text.utf8.contains(0), names.allSatisfy({ $0.utf8.count <= 4096 }) else {
      throw PluginError.configuration("a name in the path holds a NUL character or is too long", at: pointer)
    }
    guard let first = names.first else {
      self.init(root: .myDrive)
      return
    }
    names.removeFirst()
    switch first {
    case Self.myDrive: self.init(root: .myDrive, names: names)
    case Self.sharedWithMe: self.init(root: .sharedWithMe, names: names)
    case Self.sharedDrives:
      self.init(root: .sharedDrive(names.first), names: Array(names.dropFirst()))
    case _ where first.hasPrefix("id:"):
      let id = String(first.dropFirst(3))
      guard Self.isID(id) else {
        throw PluginError.configuration("'\(first.prefix(120))' is no id of Google Drive", at: pointer)
      }
      self.init(root: .id(id), names: names)
    default: self.init(root: .myDrive, names: [first] + names)
    }
  }

  /// As it is shown and can be typed again.
  var text: String {
    let first =
      switch root {
      case .myDrive: Self.myDrive
      case .sharedDrive(let name): Self.sharedDrives + (name.map { "/" + Self.escaped($0) } ?? "")
      case .sharedWithMe: Self.sharedWithMe
      case .id(let id): "id:\(id)"
      }
    return ([first] + names.map(Self.escaped)).joined(separator: "/")
  }

  /// A slash that belongs to a name is written `\/`, a backslash `\\`.
  static func escaped(_ name: String) -> String {
    name.replacing("\\", with: "\\\\").replacing("/", with: "\\/")
  }

  static func split(_ text: String) -> [String] {
    var parts = [""]
    var isEscaped = false
    for character in text.unicodeScalars {
      if isEscaped {
        parts[parts.count - 1].unicodeScalars.append(character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "/" {
        parts.append("")
      } else {
        parts[parts.count - 1].unicodeScalars.append(character)
      }
    }
    return parts
  }

  static func isID(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 200
      && text.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D
          || $0 == 0x5F
      }
  }

  /// https://drive.google.com/drive/folders/ID, …/file/d/ID/view, docs.google.com/document/d/ID/edit, …?id=ID
  private static func idInAddress(_ text: String) -> String? {
    guard text.hasPrefix("https://drive.google.com/") || text.hasPrefix("https://docs.google.com/") else { return nil }
    let path = text.prefix { $0 != "#" }
    if let query = path.firstRange(of: "?id=") ?? path.firstRange(of: "&id=") {
      let id = String(path[query.upperBound...].prefix { $0 != "&" })
      if isID(id) { return id }
    }
    let parts = path.prefix { $0 != "?" }.split(separator: "/").map(String.init)
    guard let mark = parts.lastIndex(where: { $0 == "folders" || $0 == "d" }), mark + 1 < parts.count,
      isID(parts[mark + 1])
    else { return nil }
    return parts[mark + 1]
  }
}
