// Answers of Drive that mean failure, as problems with words and a next step.
import HTTPTransfer
import JSONValue
import PluginKit

struct DriveProblem {
  /// Google's word for the cause, such as "userRateLimitExceeded"; empty where the body has none.
  let reason: String
  let message: String
  let status: Int

  init(_ response: HTTPResponse) {
    let error = (try? JSONValue(parsing: response.body))?["error"]
    reason = error?["errors"]?[0]?["reason"]?.string ?? error?["status"]?.string ?? ""
    message = error?["message"]?.string ?? String(response.text.prefix(200))
    status = response.status
  }

  /// Too much at once, or a fault that passes: the same call may work in a while.
  var isPassing: Bool {
    [408, 425, 429, 500, 502, 503, 504].contains(status) || (status == 403 && Self.rates.contains(reason))
  }

  private static let rates: Set = ["userRateLimitExceeded", "rateLimitExceeded", "sharingRateLimitExceeded"]

  /// `doing` follows "could not": "list the folder My Drive/Reports".
  func error(_ doing: String, file: String? = nil, host: String = "Google Drive") -> PluginError {
    var details: [String: JSONValue] = ["http_status": .int(Int64(status)), "host": .string(host)]
    if !reason.isEmpty { details["vendor_code"] = .string(reason) }
    if let file { details["file"] = .string(file) }
    let meaning = meaning
    details["next"] = .string(meaning.next)
    if let path = meaning.path { details["path"] = .string(path) }
    let said = message.isEmpty ? "" : " Google says: \(Self.oneLine(message))"
    return PluginError(
      meaning.status, "could not \(doing): \(meaning.words).\(said)", retryable: isPassing, details: details)
  }

  private struct Meaning {
    var status: PluginError.Status
    var words: String
    var next: String
    var path: String?
  }

  private var meaning: Meaning {
    if let known = Self.known[reason] { return known }
    switch status {
    case 401: return Self.signIn
    case 403:
      return Meaning(
        status: .denied, words: "this account may not do that",
        next: "Share the file or folder with the account that is signed in, or sign in with another one.")
    case 404:
      return Meaning(
        status: .notFound, words: "it is not there, or not shared with this account",
        next: "Check the name; share it with the account that is signed in.")
    case 429: return Self.rate
    case 500...599:
      return Meaning(
        status: .io, words: "Google Drive failed with \(status), again after several tries", next: "Run it again later."
      )
    default:
      return Meaning(
        status: .io, words: "Google Drive answered \(status)",
        next: "If it stays so, report it with this message: the request was not what Drive expects.")
    }
  }

  private static let rate = Meaning(
    status: .resource, words: "Google's limit on calls was still exceeded after several tries",
    next: "Run it again later, lower `parallel`, or raise the project's quota in the Google Cloud console.",
    path: "/parallel")
  private static let signIn = Meaning(
    status: .authentication, words: "Google does not accept the access token",
    next: "Sign in again and store the new secret; an access token alone lasts an hour only.", path: "/auth")

  private static let known: [String: Meaning] = [
    "userRateLimitExceeded": rate, "rateLimitExceeded": rate, "sharingRateLimitExceeded": rate,
    "authError": signIn, "UNAUTHENTICATED": signIn,
    "dailyLimitExceeded": Meaning(
      status: .resource, words: "the project's quota of calls for today is used up",
      next: "Run it tomorrow, or raise the quota in the Google Cloud console."),
    "insufficientPermissions": scopes, "ACCESS_TOKEN_SCOPE_INSUFFICIENT": scopes,
    "accessNotConfigured": Meaning(
      status: .configuration, words: "the Google Drive API is not enabled in the project of this client",
      next: "Enable the Google Drive API for the project in the Google Cloud console, and wait a few minutes.",
      path: "/auth"),
    "storageQuotaExceeded": Meaning(
      status: .resource, words: "the Drive of this account is full",
      next: "Free space, or write to a shared drive. A service account has no space of its own: "
        + "give it a folder in a shared drive."),
    "teamDriveFileLimitExceeded": Meaning(
      status: .resource, words: "the shared drive holds as many items as one may",
      next: "Remove what is not needed, or write to another shared drive."),
    "numChildrenInNonRootLimitExceeded": Meaning(
      status: .resource, words: "the folder holds as many items as one may", next: "Write to another folder."),
    "fileNotDownloadable": Meaning(
      status: .unsupported, words: "it has no bytes of its own and can only be exported",
      next: "Choose a format for its type under `export`, or exclude it.", path: "/export"),
    "exportSizeLimitExceeded": Meaning(
      status: .resource, words: "it is larger than Drive exports (10 MB in the chosen format)",
      next: "Choose a smaller format under `export`, or exclude the file.", path: "/export"),
    "cannotDownloadFile": Meaning(
      status: .denied, words: "its owner has turned off downloading",
      next: "Ask the owner to allow downloads, exclude the file, or set skip_unreadable."),
    "cannotDownloadAbusiveFile": Meaning(
      status: .denied, words: "Google marks it as malware or spam, and then only its owner may download it",
      next: "Exclude the file, or set skip_unreadable."),
    "insufficientFilePermissions": Meaning(
      status: .denied, words: "this account may not change it",
      next: "Give the account the right to edit (in a shared drive: contributor or content manager)."),
    "domainPolicy": Meaning(
      status: .denied, words: "an administrator of the domain does not allow this app",
      next: "Ask the administrator to allow the client id for Google Drive.", path: "/auth"),
  ]

  private static let scopes = Meaning(
    status: .denied, words: "the sign-in does not cover this",
    next: "Sign in again with a scope that does: drive.readonly to read, drive to write.", path: "/auth")

  static func oneLine(_ text: String) -> String {
    let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return words.count > 300 ? String(words.prefix(300)) + "…" : words
  }
}
