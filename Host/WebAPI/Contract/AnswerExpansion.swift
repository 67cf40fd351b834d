// Writes out the problems that each operation may answer, so that the document that clients read is complete.
import JSONValue

enum AnswerExpansion {
  private static let titles: [Int: String] = [
    400: "The request cannot be read", 401: "Nobody is signed in", 403: "The role does not allow it",
    404: "There is nothing here", 409: "It does not fit the present state", 412: "Somebody else saved first",
    413: "The request is too large", 415: "The body is of another media type", 422: "A field is not valid",
    428: "If-Match is missing", 429: "Too many attempts", 500: "The host failed", 502: "A plugin or provider failed",
    503: "The host cannot take it now", 504: "It took too long", 507: "The disk is full",
  ]

  static func expanded(_ root: JSONValue) -> JSONValue {
    guard var document = root.object, var paths = document["paths"]?.object else { return root }
    for (path, item) in paths {
      guard var methods = item.object else { continue }
      for (method, operation) in methods where method != "parameters" {
        methods[method] = withAnswers(operation)
      }
      paths[path] = .object(methods)
    }
    document["paths"] = .object(paths)
    return .object(document)
  }

  private static func withAnswers(_ operation: JSONValue) -> JSONValue {
    guard var entry = operation.object, var responses = entry["responses"]?.object else { return operation }
    var statuses: Set<Int> = [400, 413, 422, 429, 503]
    if entry["x-access"]?.string != "public" { statuses.formUnion([401, 403]) }
    if entry["requestBody"] != nil { statuses.insert(415) }
    for status in entry["x-errors"]?.array ?? [] { status.int.map { _ = statuses.insert(Int($0)) } }
    for status in statuses where responses["\(status)"] == nil {
      responses["\(status)"] = [
        "description": .string(titles[status] ?? "A problem"),
        "content": ["application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]],
      ]
    }
    if entry["x-access"]?.string == "public" { entry["security"] = [] }
    entry["responses"] = .object(responses)
    return .object(entry)
  }
}
