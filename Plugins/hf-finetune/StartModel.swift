// The model to start from, as the pipeline or the configuration names it.
import Glibc
import JSONValue
import PluginKit

struct StartModel: Sendable {
  enum Form: String, Sendable { case huggingFace = "hf", gguf }

  var path: String
  var form: Form
  /// The document it came with, for the lineage.
  var document: JSONValue

  init(_ request: NodeRequest, _ settings: Settings) throws {
    if let connected = request.models["base"], connected.object?.isEmpty == false {
      document = connected
      path = try Self.path(in: connected)
    } else if let named = settings.basePath {
      path = named.hasPrefix("/") ? named : "\(Self.currentFolder())/\(named)"
      document = ["path": .string(path)]
    } else {
      throw PluginError.configuration(
        "there is no base model: connect one to the input \"base\", or name a folder or GGUF file", at: "/base_path")
    }
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw PluginError(
        .notFound, "there is no base model at \(path)", details: ["file": .string(path), "path": "/base_path"])
    }
    form = status.st_mode & S_IFMT == S_IFDIR ? .huggingFace : .gguf
    // A provider's document says by its settings where the model lies; whoever serves the adapter later needs it plainly.
    var entries = document.object ?? [:]
    if entries["path"]?.string == nil {
      entries["path"] = .string(path.hasPrefix("/") ? path : "\(Self.currentFolder())/\(path)")
    }
    if entries["format"]?.string == nil { entries["format"] = .string(form.rawValue) }
    document = .object(entries)
  }

  /// Original weights where the document has them; what was quantised for serving only else.
  private static func path(in document: JSONValue) throws -> String {
    let format = document["format"]?.string ?? ""
    if format.hasSuffix("-lora") {
      throw PluginError(
        .unsupported,
        "the model at the input \"base\" is an adapter (\(format)). Connect the model that it was made for")
    }
    let places = [document["files"]?["hf"], document["path"], document["config"]?["path"]]
    if let path = places.lazy.compactMap({ $0?.string }).first(where: { !$0.isEmpty }) { return path }
    let use = document["use"]?.string.map { " (\($0))" } ?? ""
    throw PluginError(
      .unsupported,
      "the model at the input \"base\"\(use) has no file on this machine, so it cannot be trained here. "
        + "Connect one that is a Hugging Face folder or a GGUF file")
  }

  private static func currentFolder() -> String {
    guard let folder = getcwd(nil, 0) else { return "" }
    defer { free(folder) }
    return String(cString: folder)
  }

  var json: JSONValue { ["path": .string(path), "format": .string(form.rawValue)] }
}
