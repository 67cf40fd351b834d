// What the host asks of a component, and what a component answers when it is bound.
public import JSONValue

/// The inputs of a node, by the names the pipeline gave them.
public struct BindRequest: Sendable, Hashable {
  /// Names in port order.
  public var inputs: [String]

  public init(inputs: [String]) { self.inputs = inputs }
  public init(json: JSONValue) { inputs = json["inputs"]?.array?.compactMap(\.string) ?? [] }

  public var json: JSONValue { ["inputs": .array(inputs.map { .string($0) })] }
}

/// One condition of a scan; `op` is one of = != < <= > >= is_null not_null.
public struct Filter: Sendable, Hashable {
  public var column: String
  public var op: String
  public var value: JSONValue

  public init(column: String, op: String, value: JSONValue = .null) {
    self.column = column
    self.op = op
    self.value = value
  }
}

/// What the reader downstream wants. Ignoring it is right, only slower, unless the descriptor's `pushdown` promises.
public struct ScanRequest: Sendable, Hashable {
  /// nil for all.
  public var columns: [String]?
  /// All of them must hold.
  public var filters: [Filter]
  public var limit: Int?
  /// One element of what `plan` answered.
  public var partition: JSONValue?

  public init(columns: [String]? = nil, filters: [Filter] = [], limit: Int? = nil, partition: JSONValue? = nil) {
    self.columns = columns
    self.filters = filters
    self.limit = limit
    self.partition = partition
  }

  /// Reads a scan request; parts it does not know are ignored. Throws `PluginError`.
  public init(json: JSONValue) throws {
    columns = json["columns"]?.array?.compactMap(\.string)
    filters = try (json["filters"]?.array ?? []).map { item in
      guard let column = item["column"]?.string, let op = item["op"]?.string else {
        throw PluginError(.invalidArgument, "a filter of the scan request lacks \"column\" or \"op\"")
      }
      return Filter(column: column, op: op, value: item["value"] ?? .null)
    }
    limit = json["limit"]?.int.flatMap { Int(exactly: $0) }
    partition = json["partition"].flatMap { $0.isNull ? nil : $0 }
  }

  public var json: JSONValue {
    var object: [String: JSONValue] = [:]
    object["columns"] = columns.map { .array($0.map { .string($0) }) }
    if !filters.isEmpty {
      object["filters"] = .array(
        filters.map { ["column": .string($0.column), "op": .string($0.op), "value": $0.value] })
    }
    object["limit"] = limit.map { .int(Int64($0)) }
    object["partition"] = partition
    return .object(object)
  }
}

/// One input of a stage as it is bound.
public struct InputSchema {
  public let name: String
  /// nil while only the data will tell.
  public let schema: Schema?
  /// The real contents of a `files` input, to learn columns from.
  public let sample: ImportedStream?

  public init(name: String, schema: Schema?, sample: ImportedStream? = nil) {
    self.name = name
    self.schema = schema
    self.sample = sample
  }
}

/// What a stage answers when it is bound.
public struct BoundOutputs: Sendable, Hashable {
  /// One per output port; nil while only the data will tell.
  public var schemas: [Schema]?
  /// The columns it needs of each input, nil for all; empty for all of all.
  public var columns: [[String]?]

  public init(_ schemas: [Schema], columns: [[String]?]? = nil) {
    self.schemas = schemas
    self.columns = columns ?? []
  }

  private init() {
    schemas = nil
    columns = []
  }

  /// The answer is known only once data flows.
  public static let deferred = BoundOutputs()
}
