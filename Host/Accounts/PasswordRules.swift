// What a password must be before it is hashed.
package import Model

package enum PasswordRules {
  package static let bytes = 10...1024

  package static func check(_ password: String, of user: String) throws(Problem) {
    let count = password.utf8.count
    guard count >= bytes.lowerBound else {
      throw Problem(
        .requestInvalid, "the password has \(count) bytes; it needs at least \(bytes.lowerBound)",
        at: ProblemLocation(pointer: "/password"))
    }
    guard count <= bytes.upperBound else {
      throw Problem(
        .requestInvalid, "the password has more than \(bytes.upperBound) bytes",
        at: ProblemLocation(pointer: "/password"))
    }
    guard password.lowercased() != user.lowercased() else {
      throw Problem(.requestInvalid, "the password is the user's name", at: ProblemLocation(pointer: "/password"))
    }
  }
}
