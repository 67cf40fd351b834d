// The layout that Swift sees is the layout that C froze.
import CPluginABI
import Foundation
import Testing

/// Lines of layout-1.1.golden: "offsetof ote_str len 8" by "ote_str.len", "sizeof ote_str 16" by "ote_str".
private let golden: [String: Int] = {
  let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
    path: "../Fixtures/layout/layout-1.1.golden")
  guard let text = try? String(contentsOf: file.standardizedFileURL, encoding: .utf8) else { return [:] }
  var result: [String: Int] = [:]
  for line in text.split(separator: "\n") {
    let words = line.split(separator: " ").filter { $0 != "struct" }
    let name = words[0] == "sizeof" ? String(words[1]) : "\(words[1]).\(words[2])"
    result[name] = words.last.flatMap { Int($0) }
  }
  return result
}()

private func expect<T>(_ name: String, _ type: T.Type, _ fields: [(String, PartialKeyPath<T>)]) {
  #expect(MemoryLayout<T>.size == golden[name], "size of \(name)")
  for (field, path) in fields {
    #expect(MemoryLayout<T>.offset(of: path) == golden["\(name).\(field)"], "\(name).\(field)")
  }
  let known = golden.keys.filter { $0.hasPrefix(name + ".") }
  #expect(known.count == fields.count, "the golden file has other fields of \(name): \(known.sorted())")
}

@Test func `swift sees the frozen offsets of values and module`() {
  expect("ote_str", ote_str.self, [("ptr", \.ptr), ("len", \.len)])
  expect("ote_bytes", ote_bytes.self, [("ptr", \.ptr), ("len", \.len)])
  expect(
    "ote_error", ote_error.self,
    [("struct_size", \.struct_size), ("reserved0", \.reserved0), ("host_ctx", \.host_ctx), ("set", \.set)])
  expect(
    "ote_writer", ote_writer.self,
    [("struct_size", \.struct_size), ("reserved0", \.reserved0), ("ctx", \.ctx), ("write", \.write)])
  expect(
    "ote_host", ote_host.self,
    [
      ("struct_size", \.struct_size), ("abi", \.abi), ("host_ctx", \.host_ctx), ("name", \.name),
      ("version", \.version), ("service", \.service),
    ])
  expect(
    "ote_module", ote_module.self,
    [
      ("struct_size", \.struct_size), ("abi_built", \.abi_built), ("abi_needs", \.abi_needs),
      ("reserved0", \.reserved0), ("setup", \.setup), ("teardown", \.teardown), ("describe", \.describe),
      ("create", \.create),
    ])
  expect(
    "ote_instance_ops", ote_instance_ops.self,
    [
      ("struct_size", \.struct_size), ("reserved0", \.reserved0), ("destroy", \.destroy), ("query", \.query),
      ("interrupt", \.interrupt),
    ])
}

@Test func `swift sees the frozen offsets of the component tables`() {
  expect(
    "ote_source", ote_source.self,
    [
      ("struct_size", \.struct_size), ("reserved0", \.reserved0), ("check", \.check), ("discover", \.discover),
      ("bind", \.bind), ("plan", \.plan), ("open", \.open),
    ])
  expect(
    "ote_stage", ote_stage.self,
    [("struct_size", \.struct_size), ("reserved0", \.reserved0), ("bind", \.bind), ("open", \.open)])
  expect(
    "ote_check", ote_check.self,
    [
      ("struct_size", \.struct_size), ("reserved0", \.reserved0), ("bind", \.bind), ("begin", \.begin),
      ("observe", \.observe), ("finish", \.finish),
    ])
  expect(
    "ote_sink", ote_sink.self,
    [
      ("struct_size", \.struct_size), ("reserved0", \.reserved0), ("bind", \.bind), ("begin", \.begin),
      ("write", \.write), ("commit", \.commit), ("abort", \.abort),
    ])
}

@Test func `swift sees the offsets of the arrow interface`() {
  expect(
    "ArrowSchema", ArrowSchema.self,
    [
      ("format", \.format), ("name", \.name), ("metadata", \.metadata), ("flags", \.flags),
      ("n_children", \.n_children), ("children", \.children), ("dictionary", \.dictionary), ("release", \.release),
      ("private_data", \.private_data),
    ])
  expect(
    "ArrowArray", ArrowArray.self,
    [
      ("length", \.length), ("null_count", \.null_count), ("offset", \.offset), ("n_buffers", \.n_buffers),
      ("n_children", \.n_children), ("buffers", \.buffers), ("children", \.children), ("dictionary", \.dictionary),
      ("release", \.release), ("private_data", \.private_data),
    ])
  expect(
    "ArrowArrayStream", ArrowArrayStream.self,
    [
      ("get_schema", \.get_schema), ("get_next", \.get_next), ("get_last_error", \.get_last_error),
      ("release", \.release), ("private_data", \.private_data),
    ])
}

@Test func `the written assertions follow the header`() throws {
  let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Fixtures/layout/generate.py")
  let process = Process()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = ["python3", script.standardizedFileURL.path, "--check"]
  try process.run()
  process.waitUntilExit()
  #expect(process.terminationStatus == 0)
}
