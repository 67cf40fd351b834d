// What a run left behind: log, timeline, failing rows, crash reports.
import ControlPlane
import Foundation
import JSONValue
import MetadataStore
import Model
import Supervisor
import WorkerProtocol

enum RunEvidenceRoutes {
  static let all: [String: Route] = [
    "readRunLog": { call in
      let run = try id(call)
      let (node, text, limit) = (call.text("node"), call.text("q")?.lowercased(), call.limit)
      let level = ["debug": 0, "info": 1, "warning": 2, "error": 3][call.text("level") ?? "debug"] ?? 0
      let start = Int(try call.countedCursor() ?? 0)
      let path = RunRecord(home: call.plane.settings.home, run: run).logPath
      return try await BlockingWork.run {
        var reader = LogReader(path: path, from: start)
        let lines = reader.lines(limit: limit) { line in
          (node == nil || line["node"]?.string == node) && (line["level"]?.int ?? 1) >= Int64(level)
            && (text == nil || line["text"]?.string?.lowercased().contains(text ?? "") == true)
        }
        return try Answer.page(lines, next: reader.isAtEnd ? nil : String(reader.line))
      }
    },
    "readRunNotifications": { call in
      try Answer.items(try call.plane.metadata.receipts(ofRun: try id(call)))
    },
    "readRunTimeline": { call in
      let (items, samples) = RunTimeline.read(home: call.plane.settings.home, run: try id(call))
      return try Answer.json(["items": items, "samples": samples])
    },
    "readRunMetrics": { call in
      let (home, run) = (call.plane.settings.home, try id(call))
      return try await BlockingWork.run {
        try Answer.json(["items": .array(RunMetrics.series(home: home, run: run))] as JSONValue)
      }
    },
    "readFailingRows": { call in
      let report = try call.plane.metadata.run(try id(call))
      let index = call.int("finding") ?? 0
      guard report.findings.indices.contains(index) else {
        throw Problem(.nothingHere, "run \(report.run) has \(report.findings.count) findings")
      }
      let finding = report.findings[index]
      let position = report.findings[..<index].filter { $0.node == finding.node }.count
      let folder = RunRecord(home: call.plane.settings.home, run: report.run).failingFolder
      let (limit, start) = (call.limit, Int(try call.countedCursor() ?? 0))
      return try await BlockingWork.run {
        try Answer.json(
          FailingRowFile(folder: folder, node: finding.node).page(of: position, from: start, limit: limit))
      }
    },
    "readCrash": { call in
      let run = try id(call)
      let attempt = call.int("attempt") ?? 1
      let path = "\(call.plane.settings.home)/runs/\(run)/crash-\(attempt).txt"
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
        throw Problem(.nothingHere, "attempt \(attempt) of run \(run) left no crash report")
      }
      return try Answer.json(["attempt": .int(Int64(attempt)), "text": .string(text)] as JSONValue)
    },
  ]

  private static func id(_ call: Call) throws(Problem) -> String {
    try call.plane.metadata.runEntry(call.path("run")).summary.run
  }
}

/// Reads a log of any length a piece at a time.
struct LogReader {
  private let file: UnsafeMutablePointer<FILE>?
  private(set) var line = 0
  private(set) var isAtEnd = false

  init(path: String, from start: Int) {
    file = fopen(path, "re")
    while line < start, next() != nil {}
  }

  private mutating func next() -> String? {
    guard let file else {
      isAtEnd = true
      return nil
    }
    var buffer: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(buffer) }
    let count = getline(&buffer, &capacity, file)
    guard count > 0, let buffer else {
      isAtEnd = true
      fclose(file)
      return nil
    }
    line += 1
    return String(cString: buffer)
  }

  mutating func lines(limit: Int, where takes: (JSONValue) -> Bool) -> [JSONValue] {
    var lines: [JSONValue] = []
    while lines.count < limit, !isAtEnd {
      guard let text = next() else { break }
      guard let value = try? JSONValue(parsing: text), takes(value), var object = value.object else { continue }
      object["line"] = .int(Int64(line))
      lines.append(.object(object))
    }
    return lines
  }
}
