// The stand-in for Google Drive, held to Google's official client.
import Foundation
import TestSupport
import Testing

@Suite struct PeerTests {
  @Test func `Google's own client finds in the stand-in what it expects of Drive`() throws {
    let world = try World()
    let script = "\(Products.sources)/Tests/Fixtures/google-drive/official_client.py"
    let running = try RunningProgram(
      PythonPeer.interpreter.get(), [script, world.address], environment: ProcessInfo.processInfo.environment)
    let ended = try running.finish()
    #expect(ended.code == 0 && ended.output.contains("all 27 held"), "\(ended.output) \(ended.errors)")
  }
}
