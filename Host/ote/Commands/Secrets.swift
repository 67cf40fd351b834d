// ote secrets: values that documents name as ${secrets.NAME}. Read from stdin, so that no list of processes shows them.
import ArgumentParser
import ControlPlane
import Glibc
import JSONValue
import MetadataStore
import Model

struct Secrets: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Set and remove secrets.", subcommands: [Set.self, List.self, Remove.self])

  struct Place: ParsableArguments {
    @OptionGroup var stores: StoreOptions
    @Option(help: "The project they belong to.") var project = Project.standard
  }

  struct Set: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Set a secret to what stands on stdin.", discussion: "One newline at the end is left out.")
    @Argument(help: "Its name in ${secrets.NAME}.") var name: String
    @OptionGroup var place: Place

    func run() throws {
      guard name.wholeMatch(of: /[A-Za-z][A-Za-z0-9_-]{0,63}/) != nil else {
        throw ValidationError("'\(name)' is no name of a secret")
      }
      if isatty(STDIN_FILENO) == 1 { Standard.error("Type the value and end it with Ctrl-D; it is shown as you type.") }
      var value = ""
      while let line = readLine(strippingNewline: false) { value += line }
      if value.last?.isNewline == true { value.removeLast() }
      guard !value.isEmpty else { throw ValidationError("there is no value on stdin") }
      let workspace = try Workspace(place.stores)
      let actor = Actor(.cli, Secrets.login)
      try AuditLog(workspace.metadata).note(
        actor, "secret.set", "secret:\(place.project)/\(name)", project: place.project)
      try Vault(home: workspace.home, metadata: workspace.metadata).set(
        name, of: place.project, value: value, by: actor.name)
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List names of secrets; values are never shown.")
    @OptionGroup var stores: StoreOptions
    @Flag(help: "Answer with JSON.") var json = false

    func run() throws {
      let secrets = try Workspace(stores).metadata.secrets(of: nil)
      if json { return try Standard.json(secrets) }
      guard !secrets.isEmpty else { return print("no secrets; set one with: ote secrets set NAME < FILE") }
      var table = Table("secret", "project", ">version", "set", "by")
      for secret in secrets {
        table.add(
          secret.name, secret.project, String(secret.version), String(secret.updatedAt.prefix(19)), secret.updatedBy)
      }
      print(table.text())
    }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Remove a secret.")
    @Argument(help: "Its name.") var name: String
    @OptionGroup var place: Place

    func run() throws {
      let workspace = try Workspace(place.stores)
      try AuditLog(workspace.metadata).note(
        Actor(.cli, Secrets.login), "secret.remove", "secret:\(place.project)/\(name)", project: place.project)
      try workspace.metadata.deleteSecret(name, of: place.project)
    }
  }

  /// Who is logged in here, as the audit log names people on the command line.
  private static var login: String {
    getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "uid \(getuid())"
  }
}
