// Tells whether anything was committed to the store since, by whichever connection of whichever process.
import GRDB
package import Model

package final class StoreRevision: Sendable {
  private let path: String
  private let queue: DatabaseQueue

  /// On a connection of its own, which never writes: SQLite counts for it what all others commit.
  package init(of store: MetadataStore) throws(Problem) {
    path = store.path
    var configuration = Configuration()
    configuration.label = "revision"
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    do { queue = try DatabaseQueue(path: store.path, configuration: configuration) } catch {
      throw Problem(store: error, path: store.path)
    }
  }

  /// Another number than before once something was committed. Only to be compared with what this object answered.
  package func now() throws(Problem) -> Int64 {
    do {
      return try queue.inDatabase { try Int64.fetchOne($0.cachedStatement(sql: "PRAGMA data_version")) ?? 0 }
    } catch {
      throw Problem(store: error, path: path)
    }
  }
}
