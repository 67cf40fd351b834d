// Migration 2, second part: people, what they say, and the records of what happened.
import GRDB

extension StoreSchema {
  static let accounts = [
    """
    CREATE TABLE user (
      name TEXT NOT NULL PRIMARY KEY, title TEXT NOT NULL, email TEXT, is_admin INTEGER NOT NULL,
      is_disabled INTEGER NOT NULL, created_at TEXT NOT NULL, last_seen_at TEXT, identity TEXT UNIQUE, password TEXT,
      preferences TEXT
    ) STRICT
    """,
    """
    CREATE TABLE member (
      user TEXT NOT NULL REFERENCES user ON DELETE CASCADE, project TEXT NOT NULL REFERENCES project,
      role TEXT NOT NULL, PRIMARY KEY (user, project)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX member_by_project ON member (project, user)",
    """
    CREATE TABLE session (
      hash TEXT NOT NULL PRIMARY KEY, user TEXT NOT NULL REFERENCES user ON DELETE CASCADE, csrf TEXT NOT NULL,
      created_at TEXT NOT NULL, expires_at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX session_by_user ON session (user)",
    """
    CREATE TABLE token (
      id TEXT NOT NULL PRIMARY KEY, hash TEXT NOT NULL, user TEXT NOT NULL REFERENCES user ON DELETE CASCADE,
      title TEXT NOT NULL, role TEXT NOT NULL, projects TEXT, created_at TEXT NOT NULL, expires_at TEXT,
      last_used_at TEXT
    ) STRICT
    """,
    "CREATE INDEX token_by_user ON token (user, created_at)",
    """
    CREATE TABLE sign_in_link (
      hash TEXT NOT NULL PRIMARY KEY, user TEXT NOT NULL REFERENCES user ON DELETE CASCADE, expires_at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX sign_in_link_by_user ON sign_in_link (user)",
    """
    CREATE TABLE secret (
      project TEXT NOT NULL REFERENCES project, name TEXT NOT NULL, sealed BLOB NOT NULL, version INTEGER NOT NULL,
      updated_at TEXT NOT NULL, updated_by TEXT NOT NULL, PRIMARY KEY (project, name)
    ) STRICT
    """,
  ]

  static let records = [
    """
    CREATE TABLE event (
      id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, type TEXT NOT NULL, project TEXT, subject TEXT NOT NULL,
      user TEXT, body TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX event_by_subject ON event (subject, id)",
    """
    CREATE TABLE audit (
      id INTEGER PRIMARY KEY, at TEXT NOT NULL, actor_kind TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
      subject TEXT NOT NULL, project TEXT, detail TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX audit_by_subject ON audit (subject, id)",
    "CREATE INDEX audit_by_actor ON audit (actor, id)",
    "CREATE TABLE audit_anchor (one INTEGER PRIMARY KEY CHECK (one = 1), id INTEGER NOT NULL, hash TEXT NOT NULL) STRICT",
    """
    CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END
    """,
    """
    CREATE TRIGGER audit_is_not_removed BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END
    """,
    // REPLACE removes a line without the trigger above.
    """
    CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END
    """,
    """
    CREATE TABLE idempotency (
      key TEXT NOT NULL, user TEXT NOT NULL, request_digest TEXT NOT NULL, status INTEGER, location TEXT, body TEXT,
      created_at TEXT NOT NULL, PRIMARY KEY (user, key)
    ) STRICT
    """,
    "CREATE INDEX idempotency_by_age ON idempotency (created_at)",
  ]

  static let conversation = [
    """
    CREATE TABLE comment (
      id TEXT NOT NULL PRIMARY KEY, project TEXT NOT NULL, subject TEXT NOT NULL, author TEXT NOT NULL,
      text TEXT NOT NULL, mentions TEXT NOT NULL, created_at TEXT NOT NULL, edited_at TEXT,
      is_resolved INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX comment_by_subject ON comment (subject, created_at, id)",
    """
    CREATE TABLE notification (
      id INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT NOT NULL REFERENCES user ON DELETE CASCADE, kind TEXT NOT NULL,
      project TEXT, subject TEXT NOT NULL, text TEXT NOT NULL, created_at TEXT NOT NULL, is_read INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX notification_by_user ON notification (user, id)",
    "CREATE INDEX notification_unread ON notification (user, id) WHERE is_read = 0",
    """
    CREATE TABLE upload (
      id TEXT NOT NULL PRIMARY KEY, project TEXT NOT NULL, user TEXT NOT NULL, name TEXT NOT NULL,
      bytes INTEGER NOT NULL, received INTEGER NOT NULL, state TEXT NOT NULL, digest TEXT, created_at TEXT NOT NULL,
      touched_at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX upload_by_state ON upload (state, touched_at)",
  ]
}
