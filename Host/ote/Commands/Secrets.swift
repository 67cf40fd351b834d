// ote secrets: values that pipelines name and nobody reads back.
import ArgumentParser
import ControlPlane
import Glibc
import JSONValue
import MetadataStore
import Model

struct Secrets: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Set, list and remove a project's secrets.",
    discussion: "A value is read from standard input, never from the command line, where others could see it.",
    subcommands: [Set.self, List.self, Remove.self])

  /// Which secret, and where.
  struct Address: ParsableArguments {
    @Argument(help: "Its name in ${secrets.NAME}.") var name: String
    @Option(help: "The project.") var project = Project.standard
    @OptionGroup var stores: StoreOptions

    func validate() throws {
      let isName = name.wholeMatch(of: /[A-Za-z][A-Za-z0-9_-]{0,63}/) != nil
      guard isName else {
        throw ValidationError("'\(name)' is no name for a secret: a letter, then letters, digits, _ and -.")
      }
    }

    var words: String { "secret \(name) of the project \(project)" }

    var noProject: Problem {
      Problem(.nothingHere, "there is no project \(project)", next: "Projects are made under Settings, or by the API.")
    }

    func note(_ action: String, _ workspace: Workspace) throws(Problem) {
      try AuditLog(workspace.metadata).note(
        CommandLineActor.current, action, "secret:\(project)/\(name)", project: project)
    }
  }

  struct Set: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Seal a value under a name.", discussion: "ote secrets set DB_PASSWORD < password.txt")
    @OptionGroup var secret: Address

    func run() throws {
      let workspace = try Workspace(secret.stores)
      guard try workspace.metadata.project(secret.project) != nil else { throw secret.noProject }
      let value = try SecretInput.read()
      try workspace.vault.get().set(secret.name, of: secret.project, value: value, by: CommandLineActor.current.name)
      try secret.note("secret.set", workspace)
      print("\(secret.words) is set")
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List names, never values.")
    @Option(help: "Only of this project.") var project: String?
    @OptionGroup var stores: StoreOptions
    @Flag(help: "Answer with JSON.") var json = false

    func run() throws {
      let secrets = try Workspace(stores).metadata.secrets(of: project.map { [$0] })
      if json { return try Standard.json(secrets) }
      guard !secrets.isEmpty else { return print("no secrets yet; set one: ote secrets set NAME < FILE") }
      var table = Table("project", "secret", ">version", "set", "by")
      for secret in secrets {
        table.add(
          secret.project, secret.name, String(secret.version), String(secret.updatedAt.prefix(19)), secret.updatedBy)
      }
      print(table.text())
    }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove a secret for good.", discussion: "Runs that name it will fail with OTE-6012.")
    @OptionGroup var secret: Address

    func run() throws {
      let workspace = try Workspace(secret.stores)
      try workspace.metadata.deleteSecret(secret.name, of: secret.project)
      try secret.note("secret.remove", workspace)
      print("\(secret.words) is removed")
    }
  }
}

/// Reads a value without showing it.
enum SecretInput {
  /// From a terminal one line without echo; else everything up to the end, less one line break.
  static func read() throws(Problem) -> String {
    let text = isatty(STDIN_FILENO) == 1 ? hiddenLine() : everything()
    guard !text.isEmpty else {
      throw Problem(.missingParameter, "no value on standard input", next: "ote secrets set NAME < FILE")
    }
    return text
  }

  private static func hiddenLine() -> String {
    var before = termios()
    tcgetattr(STDIN_FILENO, &before)
    var hidden = before
    hidden.c_lflag &= ~tcflag_t(ECHO)
    Standard.raw("value (not shown): ")
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
    defer {
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
      Standard.raw("\n")
    }
    return readLine(strippingNewline: true) ?? ""
  }

  private static func everything() -> String {
    var text = ""
    while let line = readLine(strippingNewline: false) { text += line }
    if text.last?.isNewline == true { text.removeLast() }
    return text
  }
}

/// Who the audit log names for a command: the login name.
enum CommandLineActor {
  static var current: Actor {
    let name = getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) }
    return Actor(.cli, name ?? "uid \(geteuid())")
  }
}
