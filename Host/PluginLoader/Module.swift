// One shared object in this process: loaded once, never unloaded.
package import CPluginABI
import CWorker
package import JSONValue
package import Model

import Glibc

package final class Module {
  package let plugin: String
  private let callee: Callee
  package let table: ote_module
  private var isSetUp = false

  /// Loads the file and asks for its table. Runs the file's static constructors: only a worker may do this.
  package init(path: String, plugin: String, index: Int32) throws(Problem) {
    self.plugin = plugin
    callee = Callee(index: ote_node_module(index), node: nil, plugin: plugin)
    func fail(_ code: ProblemCode, _ detail: String) -> Problem { Problem(code, detail, plugin: plugin) }
    ote_boundary_enter(callee.index, Int32(OTE_CALL_LOAD.rawValue))
    let library = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE)
    ote_boundary_leave()
    guard let library else {
      throw fail(.loadFailed, dlerror().map { String(cString: $0) } ?? "the system does not say why")
    }
    guard let symbol = dlsym(library, "ote_module_v1") else {
      throw fail(.entryMissing, "\(path) exports no symbol ote_module_v1")
    }
    ote_boundary_module(index, symbol)
    let entry = unsafeBitCast(symbol, to: (@convention(c) (UInt32) -> UnsafePointer<ote_module>?).self)
    ote_boundary_enter(callee.index, Int32(OTE_CALL_LOAD.rawValue))
    let answer = entry(UInt32(OTE_ABI_CURRENT))
    ote_boundary_leave()
    guard let pointer = answer else {
      throw fail(.incompatibleABI, "the plugin answers that it cannot serve a host of ABI 1.1")
    }
    guard let copy = imported(pointer, as: ote_module.self), copy.create != nil, copy.describe != nil else {
      throw fail(.contractBroken, "its module table has a size that cannot be true, or lacks describe or create")
    }
    guard copy.abi_needs >> 16 == 1, copy.abi_needs <= UInt32(OTE_ABI_CURRENT) else {
      let needs = "\(copy.abi_needs >> 16).\(copy.abi_needs & 0xffff)"
      throw fail(.incompatibleABI, "the plugin needs a host of ABI \(needs) or newer, this one has 1.1")
    }
    // The note is what the host believed before it ran any of the plugin's code.
    var words: [UInt32] = [0, 0, 0, 0]
    guard ote_module_stamp(symbol, &words) == 1, words[1] == copy.abi_built, words[2] == copy.abi_needs else {
      throw fail(.contractBroken, "its ELF note and its module table name different ABI versions")
    }
    table = copy
  }

  /// A plugin that is linked into this process: nothing to load, and no note to compare with.
  package init(linked table: ote_module, plugin: String, index: Int32) {
    self.plugin = plugin
    callee = Callee(index: ote_node_module(index), node: nil, plugin: plugin)
    self.table = table
  }

  /// The descriptor, as the plugin writes it.
  package func describe() throws(Problem) -> JSONValue {
    let sink = ByteSink(limit: 4 << 20)
    guard let describe = table.describe else { throw Problem(.descriptorInvalid, "no describe", plugin: plugin) }
    ote_boundary_enter(callee.index, Int32(OTE_CALL_DESCRIBE.rawValue))
    let status = describe(sink.pointer)
    ote_boundary_leave()
    guard !sink.overflowed else {
      throw Problem(.descriptorInvalid, "the description is longer than 4 MiB", plugin: plugin)
    }
    guard status >= 0 else {
      throw Problem(.descriptorInvalid, "describe failed with status \(status)", plugin: plugin)
    }
    do { return try sink.json() } catch {
      throw Problem(.descriptorInvalid, "describe wrote no valid JSON: \(error)", plugin: plugin)
    }
  }

  /// Once per process, before the first instance.
  package func setUp(_ host: UnsafePointer<ote_host>) throws(Problem) {
    guard !isSetUp else { return }
    isSetUp = true
    guard let setup = table.setup else { return }
    try enter(callee, OTE_CALL_SETUP) { setup(host, $0) }
  }

  package func tearDown() {
    guard isSetUp else { return }
    isSetUp = false
    ote_boundary_enter(callee.index, Int32(OTE_CALL_NONE.rawValue))
    table.teardown?()
    ote_boundary_leave()
  }
}
