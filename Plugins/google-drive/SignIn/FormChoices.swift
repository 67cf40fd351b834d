// Which choices a form's field offers.
import HTTPTransfer
import PluginKit

extension DriveSource: DynamicOptions {
  func options(field: String, query: String, run: Run) throws -> FieldChoices {
    try FormChoices.of(field, query, settings.access, scope: .read, run)
  }
}

extension DriveSink: DynamicOptions {
  func options(field: String, query: String, run: Run) throws -> FieldChoices {
    try FormChoices.of(field, query, settings.access, scope: .write, run)
  }
}

private enum FormChoices {
  static func of(
    _ field: String, _ typed: String, _ access: Access, scope: Scope, _ run: Run
  ) throws -> FieldChoices {
    if field == "/auth/signed_in" { return try FormSignIn(access, scope: scope, run).choices(typed) }
    guard field == "/folder" else { return FieldChoices([]) }
    // A form waits five seconds: one more try, and no long silence.
    var hasty = access
    hasty.attempts = 2
    let client = DriveClient(hasty, scope: scope, run, limits: HTTPLimits(connect: 2, idle: 4, total: 4))
    return try FolderChoices(client: client).choices(typed: typed)
  }
}
