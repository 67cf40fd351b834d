// Takes a model that a person has as a file or folder into the registry.
import ArtifactStore
import FoundationEssentials
import Glibc
package import JSONValue
import MetadataStore
package import Model

package struct ModelAddition: Sendable {
  package var name: String
  package var path: String
  /// Known from the content where it is nil.
  package var format: String?
  package var serve: JSONValue?
  package var license: String?
  package var base: ModelReference?
  package var alias: String?
  package var project: String
  package var author: String?
  package var metadata: [String: JSONValue] = [:]

  package init(name: String, path: String, project: String) {
    self.name = name
    self.path = path
    self.project = project
  }
}

extension Registry {
  /// Copies it into the artifact store, so what lies at `path` may change or go afterwards.
  package func add(_ addition: ModelAddition) throws(Problem) -> ModelVersion {
    let document = try self.document(of: addition)
    let stored = try adopted(addition.path)
    var draft = ModelDraft(
      name: addition.name,
      document: ModelDocument.kept(document, digest: stored.digest, path: addition.path, artifacts: artifacts),
      digest: stored.digest, bytes: stored.bytes)
    draft.project = addition.project
    draft.alias = addition.alias
    draft.author = addition.author
    draft.lineage = addition.base.map { ["base": .string($0.description)] } ?? [:]
    return try metadata.register(draft)
  }

  /// What would be registered, with the bytes where they lie now: for a provider to try. Throws what `add` would refuse.
  package func document(of addition: ModelAddition) throws(Problem) -> JSONValue {
    guard ModelReference.isName(addition.name) else {
      throw Problem(.invalidName, "'\(addition.name)' is no name for a model", next: "Use letters, digits and . _ - /.")
    }
    if let alias = addition.alias { try Self.checkAlias(alias) }
    var document: [String: JSONValue] = addition.metadata.isEmpty ? [:] : ["metadata": .object(addition.metadata)]
    let recognised = try ModelFormat.recognised(at: addition.path)
    guard let format = addition.format ?? recognised else {
      throw Problem(
        .badData, "\(addition.path) is no GGUF file, fastText model or Hugging Face folder that is known here",
        at: ProblemLocation(file: addition.path), next: "Say what it is: --format NAME")
    }
    document["format"] = .string(format)
    document["license"] = addition.license.map { .string($0) }
    document["serve"] = addition.serve
    if let base = addition.base { document["base"] = try self.document(of: base) }
    document["name"] = .string(addition.name)
    document["path"] = .string(addition.path)
    return .object(document)
  }

  package static func checkAlias(_ alias: String) throws(Problem) {
    guard ModelReference.isAlias(alias) else {
      throw Problem(
        .invalidName, "'\(alias)' is no name for an alias",
        next: "Use letters, digits, '-', '_' and '.', beginning with a letter.")
    }
  }

  /// The store moves what it takes in, and this belongs to the person: it gets a copy.
  private func adopted(_ path: String) throws(Problem) -> StoredArtifact {
    let copy = try artifacts.stagingPath()
    do throws(Problem) {
      try Self.copy(path, to: copy, depth: 0)
      return try artifacts.adopt(copy)
    } catch {
      try? FileManager.default.removeItem(atPath: copy)
      throw error
    }
  }

  /// Links are followed, as a cache of downloads is made of them; the store itself takes none.
  private static func copy(_ path: String, to target: String, depth: Int) throws(Problem) {
    guard let resolved = realpath(path, nil) else { throw unreadable(path) }
    defer { free(resolved) }
    let real = String(cString: resolved)
    var status = stat()
    guard stat(real, &status) == 0 else { throw unreadable(path) }
    do {
      guard status.st_mode & S_IFMT == S_IFDIR else {
        return try FileManager.default.copyItem(atPath: real, toPath: target)
      }
      guard depth < 16 else {
        throw Problem(.badData, "\(path) is nested deeper than 16 folders", at: ProblemLocation(file: path))
      }
      try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
      for name in try FileManager.default.contentsOfDirectory(atPath: real) {
        try copy("\(real)/\(name)", to: "\(target)/\(name)", depth: depth + 1)
      }
    } catch {
      let full = errno == ENOSPC || errno == EDQUOT
      throw error as? Problem ?? Problem(full ? .diskFull : .inputOutputFailed, "cannot copy \(path): \(error)")
    }
  }

  private static func unreadable(_ path: String) -> Problem {
    Problem(.notFound, "\(path): \(String(cString: strerror(errno)))", at: ProblemLocation(file: path))
  }
}

/// What a file or folder holds, by its content.
enum ModelFormat {
  private static let fastTextMagic: [UInt8] = [0xBA, 0x16, 0x4F, 0x2F]

  static func recognised(at path: String) throws(Problem) -> String? {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw Problem(.notFound, "\(path): \(String(cString: strerror(errno)))", at: ProblemLocation(file: path))
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      let start = try start(of: path)
      if start.starts(with: Array("GGUF".utf8)) { return "gguf" }
      return start.starts(with: fastTextMagic) ? "fasttext" : nil
    }
    func holds(_ name: String) -> Bool { access("\(path)/\(name)", F_OK) == 0 }
    if holds("adapter_config.json") { return "hf-lora" }
    return holds("config.json") ? "hf" : nil
  }

  private static func start(of path: String) throws(Problem) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      throw Problem(
        .inputOutputFailed, "\(path): \(String(cString: strerror(errno)))", at: ProblemLocation(file: path))
    }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 4)
    let count = read(file, &bytes, bytes.count)
    return Array(bytes.prefix(max(0, count)))
  }
}
