// What the build has made for tests to start: programs beside the test bundle, our plugins, and the fixtures' plugins.
import Foundation
import Glibc
import Synchronization

package enum Products {
  /// `swift test` puts programs and libraries beside the test bundle. OTE_TEST_PRODUCTS names another build's folder.
  package static let folder: String = {
    let named = ProcessInfo.processInfo.environment["OTE_TEST_PRODUCTS"] ?? ""
    let bundle = resolved("/proc/self/exe")
    return named.isEmpty ? (bundle as NSString).deletingLastPathComponent : resolved(named)
  }()

  /// The package's own folder.
  package static let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  package static func program(_ name: String) throws -> String {
    let path = "\(folder)/\(name)"
    guard access(path, X_OK) == 0 else { throw Missing(path: path) }
    return path
  }

  package struct Missing: Error, CustomStringConvertible {
    package let path: String
    package var description: String { "\(path) is not there: swift build --build-tests makes it" }
  }

  /// The folder with `plugin.toml` and library of a plugin: one of ours, of a stranger, or one that misbehaves.
  package static func plugin(_ name: String) throws -> String {
    if let library = ownLibrary(of: name) { return try own(name, library) }
    let stranger = "\(try strangers.get())/\(name)"
    if access("\(stranger)/plugin.toml", F_OK) == 0 { return stranger }
    let fixture = "\(try misbehaving.get())/\(name)"
    guard access("\(fixture)/plugin.toml", F_OK) == 0 else { throw Missing(path: fixture) }
    return fixture
  }

  // MARK: plugins of this package

  /// The library that its plugin.toml names, nil for what is no plugin of ours.
  private static func ownLibrary(of name: String) -> String? {
    guard let text = try? String(contentsOfFile: "\(sources)/Plugins/\(name)/plugin.toml", encoding: .utf8) else {
      return nil
    }
    let line = text.split(separator: "\n").first { $0.hasPrefix("path = ") }
    return line.flatMap { $0.split(separator: "\"").dropFirst().first }.map(String.init)
  }
  private static let installed: String = {
    let folder = TemporaryFolder()
    ProcessEnd.removes(folder)
    return folder.path
  }()
  private static let installing = Mutex<Void>(())

  /// Installed as ./start does it: the manifest of the source tree and the library of this build, side by side.
  private static func own(_ name: String, _ library: String) throws -> String {
    try installing.withLock { _ in
      let target = "\(installed)/\(name)"
      guard access(target, F_OK) != 0 else { return target }
      let built = "\(folder)/\(library)"
      guard access(built, R_OK) == 0 else { throw Missing(path: built) }
      try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: built, toPath: "\(target)/\(library)")
      try FileManager.default.copyItem(
        atPath: "\(sources)/Plugins/\(name)/plugin.toml", toPath: "\(target)/plugin.toml")
      return target
    }
  }

  // MARK: plugins of the fixtures

  private static let strangers = Result { try build("Strangers", to: "strangers") }
  private static let misbehaving = Result { try build("Plugins", to: "plugins") }

  /// Builds what is out of date into the folder that ./check uses too.
  private static func build(_ fixtures: String, to name: String) throws -> String {
    let scratch = ((folder as NSString).deletingLastPathComponent as NSString).deletingLastPathComponent
    let own = access("\(scratch)/checkouts", F_OK) == 0 || access("\(scratch)/workspace-state.json", F_OK) == 0
    let target = own ? "\(scratch)/fixtures/\(name)" : "\(folder)/fixtures/\(name)"
    try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
    let script = "\(sources)/Tests/Fixtures/\(fixtures)/build.sh"
    let result = try RunningProgram(
      "/bin/sh", [script, target], environment: ProcessInfo.processInfo.environment
    ).finish(within: 300)
    guard result.code == 0 else { throw BuildFailed(script: script, errors: result.errors) }
    return target
  }

  package struct BuildFailed: Error, CustomStringConvertible {
    package let script: String
    package let errors: String
    package var description: String { "\(script) failed:\n\(errors)" }
  }

  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }
}
