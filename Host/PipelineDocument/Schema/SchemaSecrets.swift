// Which places of a configuration a schema marks as secret.
import JSONValue

extension ConfigSchema {
  /// Whether any reading of the schema marks the place with `x-secret: true`.
  package func isSecret(at path: [String]) -> Bool { isSecret(path[...], root, depth: 0) }

  private func isSecret(_ path: ArraySlice<String>, _ schema: JSONValue, depth: Int) -> Bool {
    guard case .object(let keywords) = schema, depth < 128 else { return false }
    if path.isEmpty, keywords["x-secret"]?.bool == true { return true }
    if let reference = keywords["$ref"]?.string, let target = referenced(reference),
      isSecret(path, target, depth: depth + 1)
    {
      return true
    }
    let branches =
      ["allOf", "anyOf", "oneOf"].flatMap { keywords[$0]?.array ?? [] }
      + ["then", "else"].compactMap { keywords[$0] }
    if branches.contains(where: { isSecret(path, $0, depth: depth + 1) }) { return true }
    guard let token = path.first else { return false }
    return children(of: keywords, at: token).contains { isSecret(path.dropFirst(), $0, depth: depth + 1) }
  }

  private func children(of keywords: [String: JSONValue], at token: String) -> [JSONValue] {
    var schemas: [JSONValue] = []
    if let index = Int(token) {
      let first = keywords["prefixItems"]?.array ?? []
      if first.indices.contains(index) {
        schemas.append(first[index])
      } else if let rest = keywords["items"] {
        schemas.append(rest)
      }
    }
    if let property = keywords["properties"]?[token] {
      schemas.append(property)
    } else if let others = keywords["additionalProperties"] {
      schemas.append(others)
    }
    return schemas
  }
}
