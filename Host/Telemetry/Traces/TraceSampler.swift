// Which traces are kept, by OpenTelemetry's names for it.

package struct TraceSampler: Sendable, Equatable {
  package enum Root: Sendable, Equatable { case always, never, ratio(Double) }
  package var root: Root
  /// Whoever sent the request has decided already.
  package var followsParent: Bool

  /// `OTEL_TRACES_SAMPLER` with `OTEL_TRACES_SAMPLER_ARG`; nil for a name or ratio that is none.
  package init?(name: String, argument: String?) {
    let prefix = "parentbased_"
    followsParent = name.hasPrefix(prefix)
    switch followsParent ? String(name.dropFirst(prefix.count)) : name {
    case "always_on": root = .always
    case "always_off": root = .never
    case "traceidratio":
      guard let ratio = Double(argument ?? "1"), (0...1).contains(ratio) else { return nil }
      root = .ratio(ratio)
    default: return nil
    }
  }

  package func keeps(_ trace: TraceID, parent: TraceContext?) -> Bool {
    if followsParent, let parent { return parent.isSampled }
    switch root {
    case .always: return true
    case .never: return false
    // The same answer wherever this trace is looked at.
    case .ratio(let ratio): return Double(trace.low >> 1) < ratio * 0x1p63
    }
  }
}
