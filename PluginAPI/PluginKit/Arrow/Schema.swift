// Names and types of the columns of a batch.
public import JSONValue

/// One column, or one child of a nested type.
public struct Field: Sendable, Hashable {
  public var name: String
  public var type: DataType
  public var nullable: Bool
  public var metadata: [String: String]

  public init(_ name: String, _ type: DataType, nullable: Bool = true, metadata: [String: String] = [:]) {
    self.name = name
    self.type = type
    self.nullable = nullable
    self.metadata = metadata
  }
}

/// The columns of a batch or stream, in order. Names may repeat; lookups by name find the first.
public struct Schema: Sendable, Hashable {
  public var fields: [Field]
  public var metadata: [String: String]

  public init(_ fields: [Field], metadata: [String: String] = [:]) {
    self.fields = fields
    self.metadata = metadata
  }

  /// How deep types may nest.
  static let depthLimit = 64
  /// How many fields one schema may have, all levels together.
  static let fieldLimit = 100_000

  /// The position of the first column with this name, nil where there is none.
  public func index(of name: String) -> Int? { fields.firstIndex { $0.name == name } }

  /// The first column with this name.
  public subscript(_ name: String) -> Field? { fields.first { $0.name == name } }

  /// What flows out of a `files` port: one row per file.
  public static let files = Schema([
    Field("uri", .utf8), Field("path", .utf8), Field("size", .int64), Field("etag", .utf8),
    Field("modified", .timestamp(.microsecond, zone: "UTC")), Field("media_type", .utf8), Field("attributes", .utf8),
  ])
}

extension Schema {
  /// `[{"name","type","nullable"}]`, types by their readable name.
  public var json: JSONValue {
    .array(
      fields.map {
        ["name": .string($0.name), "type": .string($0.type.description), "nullable": .bool($0.nullable)]
      })
  }

  /// Reads what `json` wrote; "nullable" may be absent. Throws `ArrowError`.
  public init(json: JSONValue) throws {
    guard let items = json.array else { throw ArrowError("a schema is a JSON array of {\"name\", \"type\"}") }
    self.init(
      try items.enumerated().map { index, item in
        guard let name = item["name"]?.string, let type = item["type"]?.string else {
          throw ArrowError("column \(index) of the schema lacks \"name\" or \"type\"")
        }
        return Field(name, try DataType(named: type), nullable: item["nullable"]?.bool ?? true)
      })
  }
}
