// The questions behind quality pages: a pipeline's newest runs come from an index, then their findings.
import GRDB
import JSONValue

enum QualityRows {
  static func trends(projects: [String]?, dataset: String?, pipeline: String?) -> (RowFilter, String) {
    var filter = RowFilter()
    filter.add("o.project", in: projects)
    filter.add("o.name = ?", ifSet: pipeline)
    filter.add("o.name IN (SELECT pipeline FROM data_flow WHERE dataset = ? AND is_input = 0)", ifSet: dataset)
    let sql = """
      SELECT r.pipeline, r.started_at, o.project, f.*,
        (SELECT min(dataset) FROM data_flow WHERE pipeline = o.name AND is_input = 0 HAVING count(*) = 1) AS dataset
      FROM pipeline_owner o
      CROSS JOIN run r ON r.id IN
        (SELECT id FROM run WHERE pipeline = o.name ORDER BY started_at DESC, id DESC LIMIT ?)
      CROSS JOIN finding f ON f.run = r.id \(filter.clause) ORDER BY r.started_at, r.id, f.position
      """
    return (filter, sql)
  }

  static func point(_ row: Row) throws -> QualityTrend.Point {
    QualityTrend.Point(
      run: row["run"], at: row["started_at"], passed: row["passed"], severity: row["severity"],
      observed: try SQL.json(row["observed"]), limit: try SQL.json(row["bound"]), failingRows: row["failing_rows"],
      finding: row["position"])
  }

  static let attention = """
    WITH latest AS (
      SELECT r.*, (SELECT count(*) FROM finding WHERE run = r.id AND passed = 0 AND severity = 'error') AS failed_rules
      FROM pipeline_owner o CROSS JOIN run r ON r.id = (SELECT id FROM run WHERE pipeline = o.name
        AND +status NOT IN ('queued', 'running', 'cancelled') ORDER BY started_at DESC, id DESC LIMIT 1)
    """

  static let attentionEnd = """
    ) SELECT * FROM latest WHERE failed_rules > 0 OR status IN ('failed', 'stopped')
    ORDER BY started_at DESC, id DESC LIMIT ?
    """
}
