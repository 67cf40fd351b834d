// Registered models: named, with immutable versions, aliases that point at one of them, and where each came from.
package import JSONValue

/// A version about to be registered; the store gives it its number.
package struct ModelDraft: Sendable, Hashable {
  package var name: String
  /// The model document without its path: where the bytes lie is the artifact store's to know.
  package var document: JSONValue
  package var digest: String
  package var bytes: Int64
  /// nil where a person added it.
  package var run: String?
  package var node: String?
  package var pipeline: String?
  /// Of a new name; nil: the run's.
  package var project: String?
  /// Set to the new version in the same step.
  package var alias: String?
  package var author: String?
  package var lineage: JSONValue = [:]

  package init(name: String, document: JSONValue, digest: String, bytes: Int64) {
    self.name = name
    self.document = document
    self.digest = digest
    self.bytes = bytes
  }
}

package struct ModelVersion: Codable, Sendable, Hashable {
  package var model: String
  package var version: Int
  package var document: JSONValue
  package var digest: String
  package var bytes: Int64
  package var run: String?
  package var node: String?
  package var pipeline: String?
  package var author: String?
  package var createdAt: String
  /// {"base", "datasets", "models", "plugins", "parameters", "nodes", "seeds", "figures"}, as far as there are any.
  package var lineage: JSONValue
  /// That point at it now.
  package var aliases: [String]

  package init(
    model: String, version: Int, document: JSONValue, digest: String, bytes: Int64, createdAt: String,
    lineage: JSONValue = [:], aliases: [String] = []
  ) {
    self.model = model
    self.version = version
    self.document = document
    self.digest = digest
    self.bytes = bytes
    self.createdAt = createdAt
    self.lineage = lineage
    self.aliases = aliases
  }

  package var name: String { "\(model)@\(version)" }
  package var format: String? { document["format"]?.string }

  private enum CodingKeys: String, CodingKey {
    case model, version, document, digest, bytes, run, node, pipeline, author, lineage, aliases
    case createdAt = "created_at"
  }
}

/// A model as a list shows it: its newest version.
package struct ModelSummary: Codable, Sendable, Hashable {
  package var model: String
  package var project: String
  package var description: String?
  package var version: Int
  package var versions: Int
  package var format: String?
  package var bytes: Int64
  package var run: String?
  package var createdAt: String
  package var updatedAt: String
  /// Version by alias.
  package var aliases: [String: Int]

  package init(model: String, project: String, version: Int, versions: Int, bytes: Int64, createdAt: String) {
    self.model = model
    self.project = project
    self.version = version
    self.versions = versions
    self.bytes = bytes
    self.createdAt = createdAt
    updatedAt = createdAt
    aliases = [:]
  }

  private enum CodingKeys: String, CodingKey {
    case model, project, description, version, versions, format, bytes, run, aliases
    case createdAt = "created_at"
    case updatedAt = "updated_at"
  }
}

/// One step in the life of an alias.
package struct AliasChange: Codable, Sendable, Hashable {
  package var alias: String
  /// nil: it was removed.
  package var version: Int?
  package var previous: Int?
  package var at: String
  package var by: String?
  package var run: String?
  package init(alias: String, version: Int?, previous: Int?, at: String, by: String?, run: String?) {
    self.alias = alias
    self.version = version
    self.previous = previous
    self.at = at
    self.by = by
    self.run = run
  }
}

/// How documents, nodes and people name a version: NAME (the newest), NAME@VERSION, NAME@ALIAS; `model:` may stand before.
package struct ModelReference: Sendable, Hashable, CustomStringConvertible {
  package enum Choice: Sendable, Hashable {
    case newest
    case version(Int)
    case alias(String)
  }

  package static let prefix = "model:"
  package var name: String
  package var choice: Choice

  package init(_ name: String, _ choice: Choice = .newest) {
    self.name = name
    self.choice = choice
  }

  package init(parsing text: String) throws(Problem) {
    let plain = text.hasPrefix(Self.prefix) ? String(text.dropFirst(Self.prefix.count)) : text
    let parts = plain.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard Self.isName(parts[0]) else { throw Self.unreadable(text) }
    name = parts[0]
    guard parts.count == 2 else {
      choice = .newest
      return
    }
    if let version = Int(parts[1]), version > 0 {
      choice = .version(version)
    } else if Self.isAlias(parts[1]) {
      choice = .alias(parts[1])
    } else {
      throw Self.unreadable(text)
    }
  }

  private static func unreadable(_ text: String) -> Problem {
    Problem(.modelNotFound, "'\(text)' is not NAME, NAME@VERSION or NAME@ALIAS")
  }

  package var description: String {
    switch choice {
    case .newest: name
    case .version(let version): "\(name)@\(version)"
    case .alias(let alias): "\(name)@\(alias)"
    }
  }

  /// Letters, digits and `._-/`, beginning with a letter or digit: safe in paths, addresses and on the command line.
  package static func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, name.utf8.count <= 200, !name.contains("..") else { return false }
    return isPlain(first) && name.utf8.allSatisfy { isPlain($0) || [45, 46, 47, 95].contains($0) }
  }

  /// Begins with a letter, so that no number is one.
  package static func isAlias(_ alias: String) -> Bool {
    guard let first = alias.utf8.first, alias.utf8.count <= 64, isPlain(first), first > 57 else { return false }
    return alias.utf8.allSatisfy { isPlain($0) || [45, 46, 95].contains($0) }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
  }
}

/// A model version that a run used.
package struct ModelInput: Codable, Sendable, Hashable {
  package var node: String
  package var model: String
  package var version: Int
  package var digest: String
  /// As it was asked for, such as NAME@champion.
  package var reference: String
  package init(node: String, model: String, version: Int, digest: String, reference: String) {
    self.node = node
    self.model = model
    self.version = version
    self.digest = digest
    self.reference = reference
  }
}
