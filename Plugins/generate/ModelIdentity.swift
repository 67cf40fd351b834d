// What makes a model the same one, for the cache.
import Glibc
import JSONValue

enum ModelIdentity {
  /// The document without where its bytes lie, where a digest names them; else with the file's size and time, so that
  /// another file in its place is another model.
  static func text(_ document: JSONValue) -> String { stripped(document).text }

  private static func stripped(_ value: JSONValue) -> JSONValue {
    guard var object = value.object else { return value }
    object["base"] = object["base"].map(stripped)
    if object["artifact"]?.string != nil {
      object["path"] = nil
      object["files"] = nil
    } else if let path = object["path"]?.string {
      object["state of path"] = .string(state(of: path))
    }
    if let path = object["config"]?["path"]?.string { object["state of config"] = .string(state(of: path)) }
    return .object(object)
  }

  private static func state(of path: String) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { return "not there" }
    return "\(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) \(status.st_ino)"
  }
}
