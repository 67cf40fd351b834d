// A running `ote serve` on a free port of loopback, and a small HTTP client that asks it as a browser or a program does.
import Foundation
import Glibc
package import JSONValue

/// Belongs to the test that started it; its callers may ask from several threads.
package final class ServedHost {
  package let program: RunningProgram
  package let port: UInt16
  /// The secret of the one-time link that the first start prints.
  package let link: String?

  /// Serves a TestHost's store. The API document is the source tree's; the web folder holds one empty page.
  package init(_ host: TestHost, runs: Int = 2, environment: [String: String] = [:]) throws {
    let share = "\(host.folder.path)/share"
    try host.folder.write("<!doctype html><title>OpenTrustEval</title>\n", to: "share/web/index.html")
    try host.folder.write(
      Data(contentsOf: URL(fileURLWithPath: "\(Products.sources)/Host/WebAPI/openapi.yaml")), to: "share/openapi.yaml")
    var all = ProcessInfo.processInfo.environment
    for name in ["OTE_HOME", "OTE_MANIFESTS", "OTE_WORKER", "OTE_DEV", "OTE_SHARE"] { all[name] = nil }
    all["OTE_BACKTRACE"] = "off"
    all.merge(environment) { $1 }
    // What it prints on stdout is needed while it runs, so the shell sends it where lines can be waited for.
    let words = [
      try Products.program("ote"), "serve", "--port", "0", "--share", share, "--store", host.store, "--manifests",
      host.manifests, "--runs", "\(runs)",
    ]
    program = try RunningProgram("/bin/sh", ["-c", "exec \"$0\" \"$@\" 1>&2"] + words, environment: all)
    let line = try program.waitForLine { $0.hasPrefix("OpenTrustEval is at ") }
    guard let line, let text = line.split(separator: " ").first(where: { $0.hasPrefix("http://") }),
      let port = text.split(separator: ":").last.flatMap({ UInt16($0) })
    else { throw NotServing(said: try program.finish().errors) }
    self.port = port
    guard try MetadataIsNew.said(program, line) else {
      link = nil
      return
    }
    let printed = try program.waitForLine { $0.contains("/welcome#") }
    link = printed?.split(separator: "#").last.map { $0.trimmingCharacters(in: .whitespaces) }
  }
}
