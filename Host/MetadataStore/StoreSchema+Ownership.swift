// Migration 2, first part: projects, what belongs to them, the queue of runs and what flows between pipelines.
import GRDB

extension StoreSchema {
  static let ownership = [
    """
    CREATE TABLE project (name TEXT NOT NULL PRIMARY KEY, title TEXT NOT NULL, created_at TEXT NOT NULL) STRICT
    """,
    "INSERT INTO project VALUES ('default', 'Default', \(SQL.now))",
    // A document may come back after another: the same digest then has two numbers.
    """
    CREATE TABLE pipeline_2 (
      name TEXT NOT NULL, version INTEGER NOT NULL, digest TEXT NOT NULL, document TEXT NOT NULL,
      registered_at TEXT NOT NULL, author TEXT, message TEXT, PRIMARY KEY (name, version)
    ) STRICT
    """,
    "INSERT INTO pipeline_2 SELECT name, version, digest, document, registered_at, NULL, NULL FROM pipeline",
    "DROP TABLE pipeline",
    "ALTER TABLE pipeline_2 RENAME TO pipeline",
    "CREATE INDEX pipeline_by_digest ON pipeline (name, digest, version)",
    """
    CREATE TABLE pipeline_owner (
      name TEXT NOT NULL PRIMARY KEY, project TEXT NOT NULL REFERENCES project, title TEXT, description TEXT,
      labels TEXT NOT NULL DEFAULT '{}', layout TEXT, archived_at TEXT, updated_at TEXT NOT NULL, updated_by TEXT,
      paused INTEGER NOT NULL DEFAULT 0, schedule TEXT, last_slot TEXT
    ) STRICT
    """,
    "CREATE INDEX pipeline_owner_by_project ON pipeline_owner (project, name)",
    """
    INSERT INTO pipeline_owner (name, project, updated_at)
    SELECT name, 'default', max(registered_at) FROM pipeline GROUP BY name
    """,
    """
    CREATE TABLE dataset_owner (
      name TEXT NOT NULL PRIMARY KEY, project TEXT NOT NULL REFERENCES project, description TEXT,
      tags TEXT NOT NULL DEFAULT '[]', updated_at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX dataset_owner_by_project ON dataset_owner (project, name)",
    """
    INSERT INTO dataset_owner (name, project, updated_at)
    SELECT dataset, 'default', max(published_at) FROM dataset_version GROUP BY dataset
    """,
  ]

  static let orders = [
    "ALTER TABLE run ADD COLUMN project TEXT NOT NULL DEFAULT 'default'",
    "ALTER TABLE run ADD COLUMN actor TEXT",
    "ALTER TABLE run ADD COLUMN cause TEXT",
    "ALTER TABLE run ADD COLUMN caused_by TEXT",
    "ALTER TABLE run ADD COLUMN priority INTEGER",
    "ALTER TABLE run ADD COLUMN queued_at TEXT",
    "ALTER TABLE run ADD COLUMN resumes TEXT",
    "CREATE INDEX run_by_project ON run (project, started_at, id)",
    "CREATE INDEX run_by_project_status ON run (project, status, started_at, id)",
    """
    CREATE TABLE run_order (
      run TEXT NOT NULL PRIMARY KEY, pipeline TEXT NOT NULL, cause TEXT NOT NULL, caused_by TEXT,
      priority INTEGER NOT NULL, queued_at TEXT NOT NULL, state TEXT NOT NULL, document TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX run_order_by_state ON run_order (state, priority DESC, queued_at, run)",
    """
    CREATE UNIQUE INDEX run_order_once ON run_order (pipeline, caused_by)
    WHERE caused_by IS NOT NULL AND cause IN ('schedule', 'dataset')
    """,
    // What flows where, kept as it happens: asking all runs would take longer with each run.
    """
    CREATE TABLE data_flow (
      pipeline TEXT NOT NULL, dataset TEXT NOT NULL, is_input INTEGER NOT NULL, run TEXT NOT NULL,
      PRIMARY KEY (pipeline, is_input, dataset)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX data_flow_by_dataset ON data_flow (dataset, is_input, pipeline, run)",
    """
    INSERT INTO data_flow SELECT pipeline, dataset, 1, max(run) FROM run_input JOIN run ON id = run
    GROUP BY pipeline, dataset
    """,
    """
    INSERT INTO data_flow SELECT pipeline, dataset, 0, max(run) FROM dataset_version JOIN run ON id = run
    GROUP BY pipeline, dataset
    """,
  ]
}
