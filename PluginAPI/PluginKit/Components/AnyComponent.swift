// A component's type, erased: what a plugin lists.
internal import FoundationEssentials
internal import JSONValue

/// One component type of a plugin.
public struct AnyComponent: Sendable {
  let descriptor: ComponentDescriptor
  let make: @Sendable (_ configuration: [UInt8], _ host: Host) throws -> Instance

  private init<C: Component>(
    _ type: C.Type, _ kind: ComponentKind, _ wrap: @escaping @Sendable (C, Host) -> Instance
  ) {
    var descriptor = C.descriptor
    descriptor.kind = kind
    self.descriptor = descriptor
    make = { configuration, host in wrap(try Self.component(configuration, host), host) }
  }

  private static func component<C: Component>(_ bytes: [UInt8], _ host: Host) throws -> C {
    do {
      let text = bytes.isEmpty ? Array("{}".utf8) : bytes
      return try C(configuration: JSONDecoder().decode(C.Configuration.self, from: Data(text)), host: host)
    } catch let error as DecodingError {
      throw PluginError.configuration(error.explanation, at: error.pointer)
    }
  }

  public static func source<S: Source>(_ type: S.Type) -> AnyComponent {
    AnyComponent(type, .source) { SourceInstance($0, host: $1) }
  }

  public static func stage<S: Stage>(_ type: S.Type) -> AnyComponent {
    AnyComponent(type, .stage) { StageInstance($0, host: $1) }
  }

  public static func check<C: Check>(_ type: C.Type) -> AnyComponent {
    AnyComponent(type, .check) { CheckInstance($0, host: $1) }
  }

  public static func sink<S: Sink>(_ type: S.Type) -> AnyComponent {
    AnyComponent(type, .sink) { SinkInstance($0, host: $1) }
  }

  public static func provider<P: Provider>(_ type: P.Type) -> AnyComponent {
    AnyComponent(type, .provider) { ProviderInstance($0, host: $1) }
  }

  public static func trainer<T: Trainer>(_ type: T.Type) -> AnyComponent {
    AnyComponent(type, .trainer) { TrainerInstance($0, host: $1) }
  }

  public static func evaluator<E: Evaluator>(_ type: E.Type) -> AnyComponent {
    AnyComponent(type, .evaluator) { EvaluatorInstance($0, host: $1) }
  }

  public static func action<A: Action>(_ type: A.Type) -> AnyComponent {
    AnyComponent(type, .action) { ActionInstance($0, host: $1) }
  }

  public static func notifier<N: Notifier>(_ type: N.Type) -> AnyComponent {
    AnyComponent(type, .notifier) { NotifierInstance($0, host: $1) }
  }
}
