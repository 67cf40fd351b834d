// The objects of the bucket that the settings ask for, one at a time, with the limits on their count.
import FileNames
import JSONValue
import PluginKit

/// Used by one thread at a time.
final class MatchedObjects: @unchecked Sendable {
  private let settings: SourceConfiguration
  private let seen: SeenObjects?
  private var listing: ObjectListing
  private var page: ArraySlice<ListedObject> = []
  /// The part of each key that is a folder, as the prefix says it.
  private let root: String
  private(set) var count = 0
  private(set) var passed = 0
  private var unmatched = 0
  private var filtered = 0
  private var known = 0
  private var names: [String] = []

  init(_ settings: SourceConfiguration, _ client: S3Client, seen: SeenObjects?) throws {
    guard !settings.bucket.isEmpty else { throw PluginError.configuration("the bucket is missing", at: "/bucket") }
    self.settings = settings
    self.seen = seen
    listing = ObjectListing(client, bucket: settings.bucket, prefix: settings.prefix)
    root = settings.prefix.lastIndex(of: "/").map { String(settings.prefix[...$0]) } ?? ""
  }

  /// All of the bucket was looked at.
  var isAtEnd: Bool { listing.isAtEnd && page.isEmpty }

  /// Asked while it waits for the store.
  func stop(when shouldStop: @escaping @Sendable () -> Bool) { listing.shouldStop = shouldStop }

  func relative(_ key: String) -> String { String(key.dropFirst(root.count)) }

  func next(_ run: Run?, life: @escaping () -> Void = {}) throws -> ListedObject? {
    while true {
      while let object = page.popFirst() {
        passed += 1
        guard try takes(object) else { continue }
        count += 1
        guard count <= settings.maximumFiles else {
          throw PluginError.configuration(
            "more than \(settings.maximumFiles) objects match. Narrow prefix or patterns, or raise the limit on files",
            at: "/max_files")
        }
        return object
      }
      if listing.isAtEnd { return nil }
      page = try listing.nextPage(run, life: life).objects[...]
    }
  }

  private func takes(_ object: ListedObject) throws -> Bool {
    if object.key.hasSuffix("/"), object.size == 0 { return false }
    let relative = Array(relative(object.key).utf8)
    if settings.exclude.contains(where: { $0.matches(relative) }) { return false }
    guard settings.include.isEmpty || settings.include.contains(where: { $0.matches(relative) }) else {
      unmatched += 1
      if names.count < 2000 { names.append(String(decoding: relative, as: UTF8.self)) }
      return false
    }
    let isTooSmall = settings.minimumSize.map { object.size < $0 } ?? false
    let isTooLarge = settings.maximumSize.map { object.size > $0 } ?? false
    let isTooOld = settings.modifiedAfter.map { (object.modified ?? .max) <= $0 } ?? false
    if isTooSmall || isTooLarge || isTooOld {
      filtered += 1
      return false
    }
    if let seen, seen.isSeen(object) {
      known += 1
      return false
    }
    return true
  }

  /// nil where an empty answer is a fine one.
  func nothingMatched() -> PluginError? {
    // Nothing new is the usual end of an incremental run.
    if settings.allowEmpty || known > 0 { return nil }
    let place = "s3://\(settings.bucket)/\(settings.prefix)"
    var text = "no object below \(place) "
    var details: [String: JSONValue] = ["path": "/prefix"]
    if unmatched > 0 {
      details["path"] = "/include"
      text += "matches \(quotedList(settings.include.map(\.text)))"
      let near = settings.include.flatMap { NearestNames.of($0.text, among: names) }
      let shown = Array((near.isEmpty ? names : near).prefix(3))
      text += "; \(unmatched) others are there, \(near.isEmpty ? "such as" : "the nearest") \(quotedList(shown))"
      details["nearest"] = .array(shown.map(JSONValue.string))
    } else {
      text += filtered > 0 || passed > 0 ? "is left to hand out" : "is there"
    }
    if filtered > 0 { text += "; \(filtered) are outside the limits on size or time" }
    return PluginError(.notFound, text + ". Set allow_empty if no file is a fine answer", details: details)
  }
}
