// The C face of notifiers.
internal import CPluginABI
internal import JSONValue

class AnyNotifierInstance: Instance {
  var notifier: any Notifier { fatalError("a notifier instance without a notifier") }
  override var component: any Component { notifier }
  override func table(_ interface: String) -> UnsafeRawPointer? {
    interface == OTE_NOTIFIER ? UnsafeRawPointer(notifierTable) : nil
  }
}

final class NotifierInstance<N: Notifier>: AnyNotifierInstance {
  private let concrete: N
  init(_ concrete: N, host: Host) {
    self.concrete = concrete
    super.init(host: host)
  }
  override var notifier: any Notifier { concrete }
}

nonisolated(unsafe) private let notifierTable = permanent(
  ote_notifier(
    struct_size: size(ote_notifier.self), reserved0: 0,
    notify: { handle, run, event, out, error in
      answering(error) {
        let owner = try instance(handle, AnyNotifierInstance.self)
        try out?.write(try owner.notifier.notify(try parsed(event), owner.run(run)).text)
        return OTE_OK
      }
    }))
