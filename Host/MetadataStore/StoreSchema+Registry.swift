// Migration 6: models, evaluations and connections.
import GRDB

extension StoreSchema {
  static let registry = [
    // A number is never given twice, also not after its version was removed.
    """
    CREATE TABLE model (
      name TEXT NOT NULL PRIMARY KEY, project TEXT NOT NULL REFERENCES project, description TEXT,
      last_version INTEGER NOT NULL, updated_at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX model_by_project ON model (project, name)",
    """
    CREATE TABLE model_version (
      model TEXT NOT NULL REFERENCES model, version INTEGER NOT NULL, document TEXT NOT NULL, digest TEXT NOT NULL,
      bytes INTEGER NOT NULL, run TEXT, node TEXT, pipeline TEXT, author TEXT, created_at TEXT NOT NULL,
      lineage TEXT NOT NULL, PRIMARY KEY (model, version), UNIQUE (run, node, model)
    ) STRICT
    """,
    "CREATE INDEX model_version_by_digest ON model_version (digest)",
    """
    CREATE TABLE model_alias (
      model TEXT NOT NULL, alias TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (model, alias),
      FOREIGN KEY (model, version) REFERENCES model_version
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX model_alias_by_version ON model_alias (model, version)",
    """
    CREATE TABLE model_alias_change (
      id INTEGER PRIMARY KEY, model TEXT NOT NULL, alias TEXT NOT NULL, version INTEGER, previous INTEGER,
      at TEXT NOT NULL, by TEXT, run TEXT
    ) STRICT
    """,
    "CREATE INDEX model_alias_change_by_model ON model_alias_change (model, id)",
    """
    CREATE TABLE run_model (
      run TEXT NOT NULL REFERENCES run ON DELETE CASCADE, position INTEGER NOT NULL, node TEXT NOT NULL,
      model TEXT NOT NULL, version INTEGER NOT NULL, digest TEXT NOT NULL, reference TEXT NOT NULL,
      PRIMARY KEY (run, position)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX run_model_by_model ON run_model (model, version, run)",
    """
    CREATE TABLE evaluation (
      id INTEGER PRIMARY KEY, run TEXT NOT NULL, node TEXT NOT NULL, use TEXT NOT NULL, kind TEXT NOT NULL,
      title TEXT NOT NULL, pipeline TEXT NOT NULL, project TEXT NOT NULL, models TEXT NOT NULL, datasets TEXT NOT NULL,
      rows TEXT, report TEXT NOT NULL, created_at TEXT NOT NULL, UNIQUE (run, node)
    ) STRICT
    """,
    "CREATE INDEX evaluation_by_project ON evaluation (project, id)",
    """
    CREATE TABLE evaluation_model (
      evaluation INTEGER NOT NULL REFERENCES evaluation ON DELETE CASCADE, model TEXT NOT NULL, version INTEGER NOT NULL,
      PRIMARY KEY (model, version, evaluation)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX evaluation_model_by_evaluation ON evaluation_model (evaluation)",
    """
    CREATE TABLE connection (
      project TEXT NOT NULL REFERENCES project, name TEXT NOT NULL, use TEXT NOT NULL, config TEXT NOT NULL,
      revision INTEGER NOT NULL, updated_at TEXT NOT NULL, updated_by TEXT, works INTEGER, health TEXT, checked_at TEXT,
      budget TEXT,
      PRIMARY KEY (project, name)
    ) STRICT
    """,
    """
    CREATE TABLE connection_revision (
      project TEXT NOT NULL, name TEXT NOT NULL, revision INTEGER NOT NULL, use TEXT NOT NULL, config TEXT NOT NULL,
      saved_at TEXT NOT NULL, saved_by TEXT, restores INTEGER, PRIMARY KEY (project, name, revision),
      FOREIGN KEY (project, name) REFERENCES connection ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE connection_use (
      project TEXT NOT NULL, connection TEXT NOT NULL, day TEXT NOT NULL, requests INTEGER, input_tokens INTEGER,
      output_tokens INTEGER, cost REAL, PRIMARY KEY (project, connection, day)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE run_receipt (
      event TEXT NOT NULL PRIMARY KEY, run TEXT NOT NULL REFERENCES run ON DELETE CASCADE, sent INTEGER NOT NULL,
      document TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX run_receipt_by_run ON run_receipt (run, event)",
  ]
}
