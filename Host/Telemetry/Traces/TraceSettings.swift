// Where traces go, by OpenTelemetry's standard variables. Without an endpoint nothing is sent anywhere.
package import Model

package struct TraceSettings: Sendable {
  package var address: String
  package var headers: [(name: String, value: String)]
  /// What the host calls itself in every trace.
  package var resource: [(name: String, value: String)]
  package var sampler: TraceSampler
  package var policy: DeliveryPolicy

  /// nil where no traces are wanted.
  package init?(_ variables: TelemetryEnvironment) throws(Problem) {
    guard try !variables.flag("OTEL_SDK_DISABLED"), let address = try Self.address(variables) else { return nil }
    self.address = address
    try Self.checkProtocol(variables)
    headers = try variables.headers(Self.own("OTEL_EXPORTER_OTLP_", "HEADERS", variables))
    resource = try variables.pairs("OTEL_RESOURCE_ATTRIBUTES").filter { $0.name != "service.name" }
    let named = try variables.pairs("OTEL_RESOURCE_ATTRIBUTES").first { $0.name == "service.name" }
    resource.append(("service.name", variables.text("OTEL_SERVICE_NAME") ?? named?.value ?? "opentrusteval"))
    let sampler = variables.text("OTEL_TRACES_SAMPLER") ?? "parentbased_always_on"
    guard let sampler = TraceSampler(name: sampler, argument: variables.text("OTEL_TRACES_SAMPLER_ARG")) else {
      throw TelemetryEnvironment.refused("OTEL_TRACES_SAMPLER", "or its _ARG is none that is known")
    }
    self.sampler = sampler
    policy = try Self.policy(variables)
  }

  private static func address(_ variables: TelemetryEnvironment) throws(Problem) -> String? {
    let exporter = variables.text("OTEL_TRACES_EXPORTER")
    guard exporter == nil || exporter == "otlp" || exporter == "none" else {
      throw TelemetryEnvironment.refused("OTEL_TRACES_EXPORTER", "is neither otlp nor none")
    }
    if exporter == "none" { return nil }
    if let whole = try variables.address("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") { return whole }
    if let start = try variables.address("OTEL_EXPORTER_OTLP_ENDPOINT") { return "\(start)/v1/traces" }
    guard exporter == nil else {
      throw TelemetryEnvironment.refused("OTEL_EXPORTER_OTLP_ENDPOINT", "is missing: otlp needs to know where to")
    }
    return nil
  }

  private static func checkProtocol(_ variables: TelemetryEnvironment) throws(Problem) {
    let name = own("OTEL_EXPORTER_OTLP_", "PROTOCOL", variables)
    guard ["http/json", nil].contains(variables.text(name)) else {
      throw TelemetryEnvironment.refused(name, "is not http/json, the one that this host speaks")
    }
    let compression = own("OTEL_EXPORTER_OTLP_", "COMPRESSION", variables)
    guard ["none", nil].contains(variables.text(compression)) else {
      throw TelemetryEnvironment.refused(compression, "is not none: this host sends without compression")
    }
  }

  private static func policy(_ variables: TelemetryEnvironment) throws(Problem) -> DeliveryPolicy {
    var policy = DeliveryPolicy()
    let timeout = own("OTEL_EXPORTER_OTLP_", "TIMEOUT", variables)
    policy.timeoutSeconds = Double(try variables.whole(timeout, in: 1...600_000, default: 10_000)) / 1000
    policy.delaySeconds =
      Double(try variables.whole("OTEL_BSP_SCHEDULE_DELAY", in: 0...600_000, default: 5000)) / 1000
    policy.queueMax = try variables.whole("OTEL_BSP_MAX_QUEUE_SIZE", in: 1...1_000_000, default: 2048)
    policy.batchMax = try variables.whole("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", in: 1...10_000, default: 512)
    return policy
  }

  /// The variable for traces alone where it is set, else the one for all signals.
  private static func own(_ prefix: String, _ name: String, _ variables: TelemetryEnvironment) -> String {
    variables.text("\(prefix)TRACES_\(name)") == nil ? prefix + name : "\(prefix)TRACES_\(name)"
  }
}
