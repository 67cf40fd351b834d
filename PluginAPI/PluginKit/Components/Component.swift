// What a plugin's author writes: components of several kinds.
public import JSONValue

/// Something a pipeline node can be. Functions are called one at a time per instance, by any thread, unless marked.
public protocol Component: AnyObject, SendableMetatype {
  associatedtype Configuration: Decodable
  static var descriptor: ComponentDescriptor { get }
  /// Cheap: no network, no files. The configuration was validated against the descriptor's schema.
  init(configuration: Configuration, host: Host) throws
  /// Wakes a blocked call and returns at once. Any thread, also while another call runs.
  func interrupt()
}

extension Component {
  public func interrupt() {}
}

/// Brings rows or files into a pipeline.
public protocol Source: Component {
  /// The schema without data, nil when only the data tells.
  func bind(_ run: Run) throws -> Schema?
  func open(_ scan: ScanRequest, _ run: Run) throws -> any BatchStream
  /// The "Test" button: {"ok", "message"}, and what else a report may hold.
  func check(_ run: Run) throws -> JSONValue
  /// {"items": [{"name", "title", "columns"}]}.
  func discover(_ run: Run) throws -> JSONValue
  /// Partitions that can be read apart, each the `partition` of a scan request.
  func plan(_ scan: ScanRequest, _ run: Run) throws -> [JSONValue]
}

extension Source {
  public func check(_ run: Run) throws -> JSONValue {
    _ = try bind(run)
    return ["ok": true]
  }

  public func discover(_ run: Run) throws -> JSONValue {
    throw PluginError(.unsupported, "\(Self.descriptor.title) cannot list what it could read")
  }

  public func plan(_ scan: ScanRequest, _ run: Run) throws -> [JSONValue] { [.object([:])] }
}

/// Turns input streams into output streams.
public protocol Stage: Component {
  /// Output schemas from input schemas. No side effects, callable many times.
  func bind(_ inputs: [InputSchema], _ run: Run) throws -> BoundOutputs
  /// One stream per output port. The inputs are the stage's to keep and close.
  func open(
    _ inputs: [ImportedStream], names: [String], scans: [ScanRequest?], _ run: Run
  ) throws -> [any BatchStream]
}

/// Looks at the rows that pass by.
public protocol Check: Component {
  /// Refuses rules that name a column that is not there. Pure, callable many times.
  func bind(_ table: Schema, references: [(name: String, schema: Schema)]) throws
  func begin(_ table: Schema, references: [(name: String, stream: ImportedStream)], _ run: Run) throws
  /// The batch is borrowed: neither it nor a column of it may be kept after the call.
  func observe(_ batch: RecordBatch, firstRow: Int64) throws
  func finish(_ run: Run) throws -> CheckResult
}

/// Writes a stream to somewhere outside. Nothing is visible there before `commit`.
public protocol Sink: Component {
  /// Refuses early what it cannot write. Pure.
  func bind(_ schema: Schema, input: String) throws
  func begin(_ schema: Schema, _ run: Run) throws
  /// The whole stream at once. Answers {"rows", "bytes"}.
  func write(_ input: ImportedStream, _ run: Run) throws -> JSONValue
  /// Makes it visible, atomically, and answers the receipt; the same run twice gives the same receipt.
  func commit(_ run: Run) throws -> JSONValue
  /// Leaves nothing behind; may be called twice.
  func abort(_ run: Run) throws
}

extension Sink {
  public func bind(_ schema: Schema, input: String) throws {}
}

/// A component whose streams can be continued after a restart.
public protocol Checkpointing: Component {
  /// The position after the last batch that the stream handed out; nil is asked of a component without streams.
  func save(_ stream: (any BatchStream)?) throws -> [UInt8]
  /// Before `open`. Throws `PluginError(.state, ...)` for a version it does not know, never guesses.
  func restore(version: UInt32, bytes: [UInt8]) throws
}

/// A component with form fields whose choices are asked live: those that its schema marks with `x-options: "dynamic"`.
public protocol DynamicOptions: Component {
  /// Choices for the field at this JSON pointer that match what was typed so far. The component was made with the form's
  /// configuration as it stands: fields that the schema requires may be missing.
  func options(field: String, query: String, run: Run) throws -> FieldChoices
}

/// What a form offers for a field.
public struct FieldChoices: Sendable, Hashable {
  public struct Choice: Sendable, Hashable {
    public enum Act: Sendable, Hashable {
      /// The field becomes this text, number or boolean.
      case fill(JSONValue)
      /// A page is opened, by its http(s) address, and the field stays as it is.
      case open(String)
    }

    public var act: Act
    public var title: String?
    public var help: String?

    /// nil for one that opens a page.
    public var value: JSONValue? {
      if case .fill(let value) = act { value } else { nil }
    }

    public init(_ value: JSONValue, title: String? = nil, help: String? = nil) {
      act = .fill(value)
      self.title = title
      self.help = help
    }

    public init(link: String, title: String, help: String? = nil) {
      act = .open(link)
      self.title = title
      self.help = help
    }
  }

  public var choices: [Choice]
  /// There are others than these: typing more brings them.
  public var hasMore: Bool

  public init(_ choices: [Choice], hasMore: Bool = false) {
    self.choices = choices
    self.hasMore = hasMore
  }

  var json: JSONValue {
    let items = choices.map { choice in
      var item: [String: JSONValue] =
        switch choice.act {
        case .fill(let value): ["value": value]
        case .open(let address): ["link": .string(address)]
        }
      item["title"] = choice.title.map { .string($0) }
      item["help"] = choice.help.map { .string($0) }
      return JSONValue.object(item)
    }
    return ["choices": .array(items), "more": .bool(hasMore)]
  }
}
