// Receipts of finished commits, kept in the host's state so that a run that commits twice answers the same twice.
import JSONValue
import PluginKit

enum Receipts {
  private static func key(_ run: Run) -> String { "receipt/" + run.meta.run }

  /// nil where nothing was committed, or where the host keeps no state.
  static func stored(_ run: Run) throws -> JSONValue? {
    do {
      guard let stored = try run.state(get: key(run)) else { return nil }
      return try? JSONValue(parsing: stored.value)
    } catch let error as PluginError where error.status == .unsupported {
      return nil
    }
  }

  /// The files are already visible, so a host that cannot note it must not fail the commit.
  static func store(_ receipt: JSONValue, _ run: Run) {
    do {
      try run.state(put: key(run), Array(receipt.text.utf8))
    } catch {
      let reason = (error as? PluginError)?.status == .unsupported ? "the host keeps no state" : "\(error)"
      run.log(.debug, "the receipt was not kept: \(reason)")
    }
  }
}
