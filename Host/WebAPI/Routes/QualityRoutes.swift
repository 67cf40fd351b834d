// Rules over time, and rules that the data itself suggests.
import ControlPlane
import JSONValue
import MetadataStore
import Model
import PipelineDocument

enum QualityRoutes {
  static let all: [String: Route] = [
    "readQualityTrends": { call in
      let metadata = call.plane.metadata
      let trends = try metadata.qualityTrends(
        projects: try call.visibleProjects(), dataset: call.text("dataset"), pipeline: call.text("pipeline"),
        limit: call.int("runs") ?? 30)
      return try Answer.items(trends.map(trend))
    },
    "suggestRules": { call in
      let name = call.text("dataset") ?? ""
      let (plane, version) = (call.plane, try call.plane.metadata.dataset(name))
      let columns = try await BlockingWork.run { try ColumnProfile(plane.reading).columns(of: version) }
      let pipeline = (try? plane.metadata.runEntry(version.run))?.summary.pipeline.name
      let covered = Set(
        try plane.metadata.qualityTrends(dataset: name, limit: 1).map { "\($0.rule) \($0.column ?? "")" }
      ).union(pipeline.map { QualityEdits.present(in: $0, plane.metadata) } ?? [])
      let items = RuleSuggestions.rules(columns, rows: version.rows).map { suggestion -> JSONValue in
        return [
          "rule": suggestion.rule, "reason": .string(suggestion.reason), "evidence": suggestion.evidence,
          "covered": .bool(covered.contains(QualityEdits.key(suggestion.rule))),
        ]
      }
      return try Answer.json(
        JSONValue.fields([
          "dataset": .string(name), "version": .int(Int64(version.version)), "pipeline": pipeline.json,
          "items": .array(items),
        ]))
    },
    "proposeQualityEdit": { call in try QualityEdits.propose(call) },
  ]

  private static func trend(_ trend: QualityTrend) -> JSONValue {
    .fields([
      "pipeline": .string(trend.pipeline), "project": .string(trend.project), "node": .string(trend.node),
      "rule": .string(trend.rule), "column": trend.column.json,
      "columns": trend.columns.map { .array($0.map { .string($0) }) }, "unit": trend.unit.json,
      "dataset": trend.dataset.json, "severity": .string(trend.points.last?.severity ?? "error"),
      "points": .array(
        trend.points.map { point in
          .fields([
            "run": .string(point.run), "at": .string(point.at), "passed": .bool(point.passed),
            "observed": point.observed, "limit": point.limit, "failing_rows": point.failingRows.map { .int($0) },
            "finding": .int(Int64(point.finding)),
          ])
        }),
    ])
  }
}
