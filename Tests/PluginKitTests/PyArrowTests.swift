// Round trips with pyarrow, the other implementation, over the C data interface in one process.
import Foundation
import Testing

@Test func `every type goes to pyarrow and back`() throws {
  let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Fixtures").standardizedFileURL
  let python = try run("/bin/sh", [fixtures.appending(path: "python/setup.sh").path])
  try #require(python.status == 0, "the Python environment of the tests cannot be made: \(python.output)")
  let library = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    .appending(path: "libarrow-echo.so")
  try #require(FileManager.default.fileExists(atPath: library.path), "\(library.path) is not built")
  let interpreter = python.output.split(separator: "\n").last.map(String.init) ?? ""
  let result = try run(interpreter, [fixtures.appending(path: "Plugins/arrow-echo/round_trip.py").path, library.path])
  #expect(result.status == 0, "\(result.output)")
}

private func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
  let process = Process()
  process.executableURL = URL(filePath: program)
  process.arguments = arguments
  // A file and not a pipe: reading a pipe is interrupted when another test's process ends.
  let file = FileManager.default.temporaryDirectory.appending(path: "ote-pyarrow-\(UUID().uuidString).txt")
  try Data().write(to: file)
  defer { try? FileManager.default.removeItem(at: file) }
  let output = try FileHandle(forWritingTo: file)
  process.standardOutput = output
  process.standardError = output
  try process.run()
  process.waitUntilExit()
  return (process.terminationStatus, try String(contentsOf: file, encoding: .utf8))
}
