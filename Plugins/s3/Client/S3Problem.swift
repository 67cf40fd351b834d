// What a store's refusal means for people: whose fault, and what to do next.
import HTTPTransfer
import JSONValue
import PluginKit

/// The <Error> of an answer.
struct S3Failure {
  var code: String
  var message: String
  var region: String?
  var requestID: String?

  init?(_ response: HTTPResponse) {
    guard let root = try? XMLReader.parse(response.body), root.name == "Error", let code = root["Code"] else {
      return nil
    }
    self.code = code
    message = root["Message"] ?? ""
    region = root["Region"]
    requestID = root["RequestId"]
  }
}

struct S3Problem {
  let error: PluginError

  init(_ response: HTTPResponse, _ call: S3Call, region: String, accessKey: String?, now: Int64) {
    let failure = S3Failure(response)
    var details = response.details
    details["vendor_code"] = failure.map { .string($0.code) }
    details["request_id"] = (failure?.requestID ?? response.headers["x-amz-request-id"]).map { .string($0) }
    let bucketRegion = response.headers["x-amz-bucket-region"] ?? failure?.region
    var known = Self.meaning(
      of: failure?.code ?? Self.code(of: response, call), call, region: bucketRegion, configured: region, accessKey,
      skew: response.headers["Date"].flatMap(HTTPDate.parse).map { $0 - now })
    // An answer to HEAD says it by a header only.
    if known == nil, [301, 307, 400].contains(response.status), let bucketRegion, bucketRegion != region {
      known = Self.wrongRegion(call, bucketRegion, region)
    }
    guard let known else {
      error = response.problem(call.doing, words: failure.map { "\($0.code): \($0.message)" })
        .adding(details)
      return
    }
    details["path"] = known.path.map { .string($0) }
    details["next"] = .string(known.next)
    error = PluginError(
      known.status, "could not \(call.doing): \(known.what)", retryable: known.retryable,
      details: details)
  }

  private struct Meaning {
    var status: PluginError.Status
    var path: String?
    var what: String
    var next: String
    var retryable = false
  }

  /// An answer to HEAD has no body that could say it.
  private static func code(of response: HTTPResponse, _ call: S3Call) -> String {
    switch response.status {
    case 404: call.key == nil ? "NoSuchBucket" : "NoSuchKey"
    case 403: call.method == "HEAD" ? "Forbidden" : "AccessDenied"
    case 412: "PreconditionFailed"
    case 503: "SlowDown"
    default: ""
    }
  }

  private static func meaning(
    of code: String, _ call: S3Call, region: String?, configured: String, _ accessKey: String?, skew: Int64?
  ) -> Meaning? {
    let bucket = call.bucket ?? ""
    let key = call.key ?? ""
    switch code {
    case "InvalidAccessKeyId":
      return Meaning(
        status: .authentication, path: "/access_key", what: "the store does not know the access key \(accessKey ?? "")",
        next: "Look at the access key, and whether it was removed")
    case "SignatureDoesNotMatch":
      return Meaning(
        status: .authentication, path: "/secret_key", what: "the secret key does not belong to the access key",
        next: "Set the secret again, without spaces around it")
    case "ExpiredToken", "TokenRefreshRequired", "ExpiredTokenException":
      return Meaning(
        status: .authentication, path: "/session_token", what: "the session token has expired",
        next: "Get new temporary credentials")
    case "InvalidToken":
      return Meaning(
        status: .authentication, path: "/session_token", what: "the session token is not valid",
        next: "Temporary credentials need all three: access key, secret key and session token")
    case "RequestTimeTooSkewed", "RequestExpired":
      let minutes = skew.map { "the store's differs from it by \(abs($0) / 60) minutes" } ?? "the store's is another"
      return Meaning(
        status: .authentication, what: "the clock of this machine is wrong, or \(minutes)",
        next: "Set the clock (by NTP, for one), then try again")
    case "Forbidden" where accessKey != nil:
      // A wrong secret and a missing permission look alike here.
      return Meaning(
        status: .denied, what: "the store refuses the access key \(accessKey ?? "") and does not say why",
        next: "Look whether the secret key is right, then ask the owner of '\(bucket)' for the permission")
    case "AccessDenied", "AllAccessDisabled", "AccountProblem", "Forbidden":
      let who = accessKey.map { "the access key \($0) is not allowed to" } ?? "this is not allowed without credentials"
      return Meaning(
        status: .denied, path: accessKey == nil ? "/login" : nil, what: accessKey == nil ? who : "\(who) do this",
        next: "Ask the owner of '\(bucket.isEmpty ? "the store" : bucket)' for the permission, or use other credentials"
      )
    case "NoSuchBucket":
      return Meaning(
        status: .notFound, path: "/bucket", what: "there is no bucket '\(bucket)'",
        next: "Look at its name, and at the endpoint and region")
    case "InvalidBucketName":
      return Meaning(
        status: .configuration, path: "/bucket", what: "'\(bucket)' is no name that a bucket can have",
        next: "Names have 3 to 63 small letters, digits, dots and hyphens")
    case "NoSuchKey":
      return Meaning(
        status: .notFound, what: "there is no object '\(key)' in '\(bucket)'",
        next: "It may have been removed meanwhile: run again")
    case "NoSuchUpload":
      return Meaning(
        status: .io, what: "the upload of '\(key)' is no longer there",
        next: "Somebody ended it, or a rule of the bucket did: run again", retryable: true)
    case "PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "TemporaryRedirect":
      return region.flatMap { $0 == configured ? nil : wrongRegion(call, $0, configured) }
    case "InvalidObjectState":
      return Meaning(
        status: .state, what: "'\(key)' is archived", next: "Restore it first, or leave it out with a pattern")
    case "PreconditionFailed":
      return Meaning(status: .state, what: "'\(key)' changed meanwhile", next: "Run again", retryable: true)
    case "SlowDown", "ServiceUnavailable", "Throttling", "RequestLimitExceeded":
      return Meaning(
        status: .resource, what: "the store asks for fewer requests", next: "Try later, or with fewer at once",
        retryable: true)
    case "QuotaExceeded", "EntityTooLarge", "InsufficientCapacity":
      return Meaning(status: .resource, what: "the store has no room for '\(key)' (\(code))", next: "Make room there")
    default: return nil
    }
  }

  private static func wrongRegion(_ call: S3Call, _ region: String, _ configured: String) -> Meaning {
    Meaning(
      status: .configuration, path: "/region",
      what: "the bucket '\(call.bucket ?? "")' lies in the region '\(region)', not in '\(configured)'",
      next: "Set the region to '\(region)'")
  }
}

extension PluginError {
  fileprivate func adding(_ more: [String: JSONValue]) -> PluginError {
    var copy = self
    copy.details.merge(more) { $1 }
    return copy
  }
}
