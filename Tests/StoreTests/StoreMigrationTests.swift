// A store of the first version opens in the newest, with everything that was in it.
import JSONValue
import Model
import TestSupport
import Testing

@testable import MetadataStore

@Suite struct StoreMigrationTests {
  private let folder = TemporaryFolder()

  @Test func `a store of version 1 opens and keeps what it held`() throws {
    let path = "\(folder.path)/m.sqlite"
    try MetadataStore.createEarlier(
      at: path,
      filling: [
        "INSERT INTO pipeline VALUES ('p', 1, 'd1', 'one', '2026-01-01T00:00:00.000Z')",
        "INSERT INTO pipeline VALUES ('p', 2, 'd2', 'two', '2026-01-02T00:00:00.000Z')",
        """
        INSERT INTO run VALUES ('r1', 'p', 2, 'd2', 'succeeded', '2026-01-03T00:00:00.000Z', NULL, 1.5, 1, '{}', 'me',
          NULL, NULL)
        """,
        "INSERT INTO run_input VALUES ('r1', 0, 'in', 'raw', 1, 'sha256:1')",
        """
        INSERT INTO dataset_version VALUES ('sales', 1, 'sha256:2', 5, 100, '[{"name":"a"},{"name":"b"}]', NULL, 'r1',
          'out', '2026-01-03T00:00:00.000Z')
        """,
      ])
    let store = try MetadataStore(path: path)
    #expect(try store.pragma("user_version") == 6)
    #expect(try store.projects().map(\.name) == ["default"])
    let record = try #require(try store.pipelineRecord("p"))
    #expect(record.project == "default")
    #expect(record.version == 2)
    #expect(record.lastRun?.run == "r1")
    #expect(try store.pipeline("p", version: 1)?.document == "one")
    let entry = try store.runEntry("r1")
    #expect(entry.project == "default")
    #expect(entry.actor == nil && entry.cause == nil && entry.queuedAt == nil)
    let dataset = try #require(try store.datasetRecord("sales"))
    #expect(dataset.columns == 2 && dataset.tags.isEmpty && dataset.summary.versions == 1)
    #expect(try store.lineage(of: "sales").edges.map(\.dataset) == ["raw", "sales"])
    #expect(try store.run("r1").inputs.map(\.dataset) == ["raw"])
  }

  @Test func `a store of version 5 opens, and takes models and connections`() throws {
    let path = "\(folder.path)/m5.sqlite"
    try MetadataStore.createEarlier(
      "5 what runs use", at: path,
      filling: [
        """
        INSERT INTO run (id, pipeline, pipeline_version, pipeline_digest, status, started_at, attempts, parameters)
        VALUES ('r1', 'p', 1, 'd', 'succeeded', '2026-01-03T00:00:00.000Z', 1, '{}')
        """
      ])
    let store = try MetadataStore(path: path)
    #expect(try store.pragma("user_version") == 6)
    #expect(try store.run("r1").models == nil)
    #expect(try store.register(ModelDraft(name: "m", document: [:], digest: "sha256:1", bytes: 1)).version == 1)
    #expect(try store.putConnection("c", of: "default", use: "a/b", config: [:], by: nil).revision == 1)
    #expect(try store.evaluations().isEmpty)
  }

  @Test func `what is told as saved is on the disk`() throws {
    let store = try MetadataStore(path: "\(folder.path)/m.sqlite")
    #expect(try store.pragma("synchronous") == 2)
  }
}
