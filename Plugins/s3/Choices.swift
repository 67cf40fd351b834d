// What a form offers while one types: buckets, folders and objects, profiles.
import FileNames
import HTTPTransfer
import JSONValue
import PluginKit

struct Choices {
  /// As many as a list shows.
  private static let choicesMax = 200

  let connection: Connection
  let bucket: String
  /// A sink stores below folders; objects are nothing that it could choose.
  var foldersOnly = false

  func choices(_ field: String, typed text: String, _ run: Run) throws -> FieldChoices {
    switch field {
    case "/bucket": try buckets(text, run)
    case "/prefix": try keys(text, run)
    case "/profile": limited(Surroundings.current.profileNames.filter { $0.hasPrefix(text) }.map { .init(.string($0)) })
    default: FieldChoices([])
    }
  }

  private func buckets(_ text: String, _ run: Run) throws -> FieldChoices {
    let client = try connection.client(run)
    let call = S3Call(doing: "list the buckets")
    let root = try client.xml(try client.answer(call, run), call)
    guard root.name == "ListAllMyBucketsResult" else {
      throw PluginError(
        .io, "could not list the buckets: the store answered with <\(root.name)>. Type the bucket's name")
    }
    let names = (root.child("Buckets")?.all("Bucket") ?? []).compactMap { $0["Name"] }
    return limited(names.filter { $0.hasPrefix(text) }.sorted().map { .init(.string($0), title: "bucket") })
  }

  /// Folders and objects of the folder that the text has reached.
  private func keys(_ text: String, _ run: Run) throws -> FieldChoices {
    guard !bucket.isEmpty else { throw PluginError.configuration("choose a bucket first", at: "/bucket") }
    guard !text.hasPrefix("/") else { return FieldChoices([]) }
    var listing = ObjectListing(try connection.client(run), bucket: bucket, prefix: text, delimiter: "/")
    var choices: [FieldChoices.Choice] = []
    // A page of marks and nothing else may be empty.
    while choices.count <= Self.choicesMax, !listing.isAtEnd {
      let page = try listing.nextPage(run)
      choices += page.folders.map { .init(.string($0), title: "folder") }
      guard !foldersOnly else { continue }
      for object in page.objects where !object.key.hasSuffix("/") {
        choices.append(.init(.string(object.key), title: sizeText(object.size)))
      }
    }
    return limited(choices)
  }

  private func limited(_ all: [FieldChoices.Choice]) -> FieldChoices {
    FieldChoices(Array(all.prefix(Self.choicesMax)), hasMore: all.count > Self.choicesMax)
  }
}

extension S3Source: DynamicOptions {
  func options(field: String, query: String, run: Run) throws -> FieldChoices {
    try Choices(connection: settings.connection, bucket: settings.bucket).choices(field, typed: query, run)
  }
}

extension S3Sink: DynamicOptions {
  func options(field: String, query: String, run: Run) throws -> FieldChoices {
    try Choices(connection: settings.connection, bucket: settings.bucket, foldersOnly: true)
      .choices(field, typed: query, run)
  }
}
