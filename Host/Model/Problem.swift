// A coded error with blame, place and next step: the only kind of failure a person sees.

/// Something that went wrong, in words a person can act on.
package struct Problem: Error, Sendable, Hashable {
  package var code: ProblemCode
  package var detail: String
  package var origin: ProblemOrigin
  package var node: String?
  package var plugin: String?
  package var at: ProblemLocation?
  package var next: String
  package var retryable: Bool
  /// Whole seconds until trying again may work, where that is known. Told in a header, so it is not in the text form.
  package var retryAfterSeconds: Int?

  package init(
    _ code: ProblemCode, _ detail: String, origin: ProblemOrigin? = nil, node: String? = nil, plugin: String? = nil,
    at: ProblemLocation? = nil, next: String? = nil, retryable: Bool = false
  ) {
    self.code = code
    self.detail = detail
    self.origin = origin ?? code.origin
    self.node = node
    self.plugin = plugin
    self.at = at
    self.next = next ?? code.next
    self.retryable = retryable
  }

  package var title: String { code.title }
}

/// Who can fix it: decides retry, alert and wording.
package enum ProblemOrigin: String, Codable, Sendable {
  case user, plugin, external, host
}

/// Where it is: in a document, a data file, or a configuration.
package struct ProblemLocation: Codable, Sendable, Hashable {
  package var file: String?
  package var line: Int?
  package var column: Int?
  package var pointer: String?

  package init(file: String? = nil, line: Int? = nil, column: Int? = nil, pointer: String? = nil) {
    self.file = file
    self.line = line
    self.column = column
    self.pointer = pointer
  }
}

extension Problem: Codable {
  private enum CodingKeys: String, CodingKey {
    case code, title, detail, origin, node, plugin, at, next, page, retryable
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let raw = try container.decode(String.self, forKey: .code)
    guard let code = ProblemCode(rawValue: raw) else {
      throw DecodingError.dataCorruptedError(
        forKey: .code, in: container, debugDescription: "unknown problem code \(raw)")
    }
    self.code = code
    detail = try container.decode(String.self, forKey: .detail)
    origin = try container.decode(ProblemOrigin.self, forKey: .origin)
    node = try container.decodeIfPresent(String.self, forKey: .node)
    plugin = try container.decodeIfPresent(String.self, forKey: .plugin)
    at = try container.decodeIfPresent(ProblemLocation.self, forKey: .at)
    next = try container.decode(String.self, forKey: .next)
    retryable = try container.decodeIfPresent(Bool.self, forKey: .retryable) ?? false
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(code.rawValue, forKey: .code)
    try container.encode(title, forKey: .title)
    try container.encode(detail, forKey: .detail)
    try container.encode(origin, forKey: .origin)
    try container.encodeIfPresent(node, forKey: .node)
    try container.encodeIfPresent(plugin, forKey: .plugin)
    try container.encodeIfPresent(at, forKey: .at)
    try container.encode(next, forKey: .next)
    try container.encode(code.page, forKey: .page)
    try container.encode(retryable, forKey: .retryable)
  }
}

/// Several problems found at once, as a document check finds them.
package struct Problems: Error, Sendable {
  package var all: [Problem]
  package init(_ all: [Problem]) { self.all = all }
}
