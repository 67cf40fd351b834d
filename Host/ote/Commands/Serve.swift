// ote serve: the control plane and the web UI.
import ArgumentParser
import ControlPlane
import Dispatch
import Foundation
import JSONValue
import Logging
import MetadataStore
import Model
import Synchronization
import Telemetry
import WebAPI
import WorkerProtocol

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve the API and the web UI.",
    discussion: """
      Binds to loopback unless told otherwise. The first start prints a sign-in link for the admin; later starts print
      one only with --new-link. SIGTERM and Ctrl-C stop in order: running work is stopped and ordered again by the next
      start.
      """)

  @OptionGroup var stores: StoreOptions
  @Option(help: "The address to bind to.") var host = "127.0.0.1"
  @Option(help: "The port; 0 takes a free one.") var port = 4280
  @Option(help: "Runs at once.") var runs = 2
  @Option(help: ArgumentHelp("The folder with the web UI and the API document.", valueName: "dir")) var share: String?
  @Option(
    help: ArgumentHelp("A folder with plugins that may have no manifest yet; may be repeated.", valueName: "dir"))
  var plugins: [String] = []
  @Option(help: ArgumentHelp("A folder with templates; may be repeated.", valueName: "dir")) var templates: [String] =
    []
  @Flag(help: "Print a new one-time sign-in link for the admin.") var newLink = false
  @OptionGroup var watching: TelemetryOptions

  func validate() throws {
    guard (0...65535).contains(port) else { throw ValidationError("--port takes 0 to 65535.") }
    guard (1...64).contains(runs) else { throw ValidationError("--runs takes 1 to 64.") }
  }

  func run() async throws {
    let began = ContinuousClock.now
    let telemetry = try watching.telemetry()
    do {
      try await run(telemetry, began: began)
    } catch {
      await telemetry.close()
      throw error
    }
    await telemetry.close()
  }

  private func run(_ telemetry: Telemetry, began: ContinuousClock.Instant) async throws {
    let workspace = try Workspace(stores)
    let place = workspace.sharePlace(share)
    let text: String
    do {
      text = try String(contentsOfFile: "\(place)/openapi.yaml", encoding: .utf8)
    } catch {
      throw Problem(
        .inputOutputFailed, "cannot read \(place)/openapi.yaml", at: ProblemLocation(file: "\(place)/openapi.yaml"),
        next: "Install with Scripts/install.sh, or name the folder with --share.")
    }
    let settings = ControlPlaneSettings(
      home: workspace.home, manifestFolders: workspace.manifestFolders,
      pluginFolders: plugins.isEmpty ? workspace.pluginFolders : plugins.map(Workspace.absolute),
      templateFolders: templates.isEmpty ? ["\(place)/templates"] : templates.map(Workspace.absolute),
      allowUnpinned: Workspace.environment("OTE_DEV") == "1", runsMax: runs,
      identity: try IdentitySettings.read(home: workspace.home))
    let plane = try ControlPlane(
      settings, metadata: workspace.metadata, telemetry: telemetry, encodeEvent: { EventStream.frame($0) })
    ProblemText.print(try plane.providers.warnings())
    let server = try WebServer(plane, document: try APIDocument(parsing: text), webFolder: "\(place)/web")
    let link = try FirstAdmin.link(plane.metadata, wantsNew: newLink)
    try plane.start()
    try await serve(server, plane, link: link, began: began)
  }

  private func serve(
    _ server: WebServer, _ plane: ControlPlane, link: String?, began: ContinuousClock.Instant
  ) async throws {
    let shown = host.contains(":") ? "[\(host)]" : host
    do {
      try await server.run(host: host, port: port) { port in
        let address = "http://\(shown):\(port)"
        let took = (ContinuousClock.now - began).components
        let milliseconds = took.seconds * 1000 + took.attoseconds / 1_000_000_000_000_000
        print("OpenTrustEval is at \(address)  (ready in \(milliseconds) ms)")
        if let link { print("Sign in as admin, once, within three days:\n  \(address)\(link)") }
        fflush(nil)
        plane.telemetry.log.info("the host is ready", metadata: ["event": "host.ready", "address": "\(address)"])
      }
    } catch {
      plane.stop()
      let words = "\(error)"
      if words.contains("EADDRINUSE") || words.contains("errno: 98") {
        throw Problem(.addressInUse, "\(shown):\(port) is taken by another program")
      }
      throw error
    }
    plane.telemetry.log.info("the host stops", metadata: ["event": "host.stopping"])
    plane.stop()
  }
}

/// The account that a fresh store begins with.
enum FirstAdmin {
  static let name = "admin"

  /// A link on the first start, or where one is asked for. nil otherwise.
  static func link(_ metadata: MetadataStore, wantsNew: Bool) throws(Problem) -> String? {
    var isNew = false
    if try metadata.users().isEmpty {
      try metadata.createUser(User(name: name, title: "Admin", isAdmin: true, createdAt: TimeStamp.now()))
      isNew = true
    }
    guard isNew || wantsNew else { return nil }
    return try SignInLinks.make(name, metadata).path
  }
}
