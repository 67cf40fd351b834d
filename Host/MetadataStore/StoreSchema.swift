// The tables. Migrations are append-only: never change one that a release has run, add another.
import GRDB

enum StoreSchema {
  /// Equals the number of migrations; kept in the file's user_version.
  static let version = 6

  static let first = "1 pipelines, runs, datasets, plugins"

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration(first, foreignKeyChecks: .immediate) { database in
      for statement in pipelines + runs + datasets + plugins { try database.execute(sql: statement) }
      try database.execute(sql: "PRAGMA user_version = 1")
    }
    migrator.registerMigration("2 projects, accounts, queue, events", foreignKeyChecks: .immediate) { database in
      let statements = ownership + orders + accounts + records + conversation
      for statement in statements { try database.execute(sql: statement) }
      try database.execute(sql: "PRAGMA user_version = 2")
    }
    migrator.registerMigration("3 reports of checks", foreignKeyChecks: .immediate) { database in
      try database.execute(sql: reports)
      try database.execute(sql: "PRAGMA user_version = 3")
    }
    migrator.registerMigration("4 lists of runs", foreignKeyChecks: .immediate) { database in
      for statement in lists { try database.execute(sql: statement) }
      try database.execute(sql: "PRAGMA user_version = 4")
    }
    migrator.registerMigration("5 what runs use", foreignKeyChecks: .immediate) { database in
      for statement in use { try database.execute(sql: statement) }
      try database.execute(sql: "PRAGMA user_version = 5")
    }
    migrator.registerMigration("6 models, evaluations, connections", foreignKeyChecks: .immediate) { database in
      for statement in registry { try database.execute(sql: statement) }
      try database.execute(sql: "PRAGMA user_version = 6")
    }
    return migrator
  }

  private static let use = [
    "ALTER TABLE run ADD COLUMN peak_memory INTEGER",
    "ALTER TABLE run ADD COLUMN cpu_seconds REAL",
    "ALTER TABLE run_node ADD COLUMN waits TEXT",
  ]

  /// Apart from the nodes: lists and figures read those, and reports may be long.
  private static let reports = """
    CREATE TABLE run_report (
      run TEXT NOT NULL REFERENCES run ON DELETE CASCADE, node TEXT NOT NULL, report TEXT NOT NULL,
      PRIMARY KEY (run, node)
    ) STRICT
    """

  /// With every column that a list filters by: the runs that are passed over are never read.
  private static let lists = [
    "DROP INDEX run_by_start",
    "CREATE INDEX run_by_start ON run (started_at, id, project, status, cause, pipeline)",
    "DROP INDEX run_by_pipeline",
    "CREATE INDEX run_by_pipeline ON run (pipeline, started_at, id, project, status, cause)",
  ]

  private static let pipelines = [
    """
    CREATE TABLE pipeline (
      name TEXT NOT NULL, version INTEGER NOT NULL, digest TEXT NOT NULL, document TEXT NOT NULL,
      registered_at TEXT NOT NULL,
      PRIMARY KEY (name, version), UNIQUE (name, digest)
    ) STRICT
    """
  ]

  private static let runs = [
    """
    CREATE TABLE run (
      id TEXT NOT NULL PRIMARY KEY, pipeline TEXT NOT NULL, pipeline_version INTEGER NOT NULL,
      pipeline_digest TEXT NOT NULL, status TEXT NOT NULL, started_at TEXT NOT NULL, finished_at TEXT, seconds REAL,
      attempts INTEGER NOT NULL, parameters TEXT NOT NULL, owner TEXT, problem TEXT, detail TEXT
    ) STRICT
    """,
    "CREATE INDEX run_by_start ON run (started_at, id)",
    "CREATE INDEX run_by_status ON run (status, started_at, id)",
    "CREATE INDEX run_by_pipeline ON run (pipeline, started_at, id)",
    """
    CREATE TABLE run_node (
      run TEXT NOT NULL REFERENCES run ON DELETE CASCADE, position INTEGER NOT NULL, name TEXT NOT NULL,
      use TEXT NOT NULL, status TEXT NOT NULL, rows_in INTEGER, rows_out INTEGER, bytes_out INTEGER, batches INTEGER,
      seconds REAL, attempts INTEGER NOT NULL, plugin_digest TEXT NOT NULL, fused_into TEXT, progress TEXT,
      metrics TEXT, PRIMARY KEY (run, position)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX run_node_by_use ON run_node (use, run)",
    """
    CREATE TABLE finding (
      run TEXT NOT NULL REFERENCES run ON DELETE CASCADE, position INTEGER NOT NULL, node TEXT NOT NULL,
      rule TEXT NOT NULL, column_name TEXT, columns TEXT, severity TEXT NOT NULL, passed INTEGER NOT NULL,
      observed TEXT, bound TEXT, unit TEXT, failing_rows INTEGER, message TEXT, PRIMARY KEY (run, position)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX finding_failed ON finding (rule, run) WHERE passed = 0",
    """
    CREATE TABLE gate (
      run TEXT NOT NULL REFERENCES run ON DELETE CASCADE, position INTEGER NOT NULL, node TEXT NOT NULL,
      action TEXT NOT NULL, tripped INTEGER NOT NULL, quarantined_rows INTEGER, PRIMARY KEY (run, position)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE run_input (
      run TEXT NOT NULL REFERENCES run ON DELETE CASCADE, position INTEGER NOT NULL, node TEXT NOT NULL,
      dataset TEXT NOT NULL, version INTEGER NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (run, position)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX run_input_by_dataset ON run_input (dataset, version, run)",
    """
    CREATE TABLE run_output (
      run TEXT NOT NULL REFERENCES run ON DELETE CASCADE, position INTEGER NOT NULL, receipt TEXT NOT NULL,
      PRIMARY KEY (run, position)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE problem (
      run TEXT NOT NULL REFERENCES run ON DELETE CASCADE, position INTEGER NOT NULL, code TEXT NOT NULL,
      origin TEXT NOT NULL, node TEXT, plugin TEXT, document TEXT NOT NULL, PRIMARY KEY (run, position)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX problem_by_code ON problem (code, run)",
    "CREATE INDEX problem_by_plugin ON problem (plugin, run) WHERE plugin IS NOT NULL",
  ]

  private static let datasets = [
    """
    CREATE TABLE dataset_version (
      dataset TEXT NOT NULL, version INTEGER NOT NULL, digest TEXT NOT NULL, row_count INTEGER,
      bytes INTEGER NOT NULL, schema TEXT NOT NULL, statistics TEXT, run TEXT NOT NULL, node TEXT NOT NULL,
      published_at TEXT NOT NULL, PRIMARY KEY (dataset, version), UNIQUE (run, node, dataset)
    ) STRICT
    """,
    """
    CREATE TABLE artifact (
      run TEXT NOT NULL, node TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL,
      bytes INTEGER NOT NULL, stored_at TEXT NOT NULL, PRIMARY KEY (run, node, kind, name)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX artifact_by_digest ON artifact (digest)",
    """
    CREATE TABLE state (
      pipeline TEXT NOT NULL, node TEXT NOT NULL, component TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL,
      revision INTEGER NOT NULL, PRIMARY KEY (pipeline, node, component, key)
    ) STRICT
    """,
  ]

  private static let plugins = [
    """
    CREATE TABLE plugin_scan (
      digest TEXT NOT NULL, host_abi INTEGER NOT NULL, scanner INTEGER NOT NULL, description TEXT, problem TEXT,
      scanned_at TEXT NOT NULL, expires_at TEXT, PRIMARY KEY (digest, host_abi, scanner)
    ) STRICT
    """,
    """
    CREATE TABLE file_digest (
      device INTEGER NOT NULL, inode INTEGER NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL,
      changed INTEGER NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (device, inode)
    ) STRICT, WITHOUT ROWID
    """,
  ]
}
