// What is known of a request's connection.
import Hummingbird
import Logging
import NIOCore

struct ConnectionContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// The peer's IP address.
  let address: String

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    address = source.channel.remoteAddress?.ipAddress ?? "unknown"
  }
}
