// One configured component inside a module, and the interfaces it offers.
package import CPluginABI
import CWorker
package import JSONValue
package import Model

package final class Instance {
  package let callee: Callee
  package let pointer: OpaquePointer
  private let ops: ote_instance_ops

  package init(
    _ module: Module, component: String, configuration: JSONValue, host: UnsafePointer<ote_host>, callee: Callee
  ) throws(Problem) {
    self.callee = callee
    var made: OpaquePointer?
    var table: UnsafePointer<ote_instance_ops>?
    try enter(callee, OTE_CALL_CREATE) { error in
      withText(component) { component in
        withText(configuration.text) { module.table.create(host, component, $0, &made, &table, error) }
      }
    }
    guard let made, let table, let copy = imported(table, as: ote_instance_ops.self), copy.query != nil else {
      throw Problem(
        .contractBroken, "create returned OK without an instance and its operations", node: callee.node,
        plugin: callee.plugin)
    }
    pointer = made
    ops = copy
  }

  /// The table for an interface, or nil where the component does not offer it.
  package func interface<T>(_ id: String, as type: T.Type) -> T? {
    ote_boundary_enter(callee.index, Int32(OTE_CALL_QUERY.rawValue))
    let table = withText(id) { ops.query(pointer, $0) }
    ote_boundary_leave()
    return table.flatMap { imported($0, as: type) }
  }

  /// Any thread, at any time before destroy.
  package func interrupt() {
    guard let interrupt = ops.interrupt else { return }
    ote_boundary_enter(callee.index, Int32(OTE_CALL_INTERRUPT.rawValue))
    interrupt(pointer)
    ote_boundary_leave()
  }

  /// The last call. All streams of the instance are released by then.
  package func destroy() {
    ote_boundary_enter(callee.index, Int32(OTE_CALL_DESTROY.rawValue))
    ops.destroy?(pointer)
    ote_boundary_leave()
  }
}
