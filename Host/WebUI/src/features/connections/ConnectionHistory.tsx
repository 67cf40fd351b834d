// Every revision of a connection; an earlier one can be brought back as the newest.
import { useState } from "react";
import { type Connection, type ConnectionRevision, send } from "../../api";
import { type Column, SimpleTable } from "../../table";
import { Button, ConfirmDialog, RelativeTime, Values } from "../../ui";
import { changedFields, connectionPath } from "./connectionWords";

interface Props {
  connection: Connection;
  reason?: string;
  onChange: () => void;
}

export function ConnectionHistory({ connection: { connection, revisions }, reason, onChange }: Props) {
  const [back, setBack] = useState<number>();
  const before = (row: ConnectionRevision) => revisions.find((other) => other.revision === row.revision - 1)?.config;
  const columns: Column<ConnectionRevision>[] = [
    { key: "revision", title: "Revision", kind: "figure" },
    { key: "saved_at", title: "Saved", render: (row) => <RelativeTime at={row.saved_at} /> },
    { key: "saved_by", title: "By" },
    { key: "changed", title: "Changed", value: (row) => row.restores !== undefined ? `brought back ${row.restores}` : changedFields(before(row), row.config).join(", ") || "–" },
    { key: "config", title: "Configuration", render: (row) => <Values of={row.config} label={`Configuration of revision ${row.revision}`} /> },
    {
      key: "do", title: "Bring back", render: (row) => row.revision === connection.revision ? "in use"
        : <Button size="small" icon="undo" reason={reason} aria-label={`Bring revision ${row.revision} back`} onClick={() => setBack(row.revision)}>Bring back</Button>,
    },
  ];
  return (
    <>
      <SimpleTable label={`Revisions of ${connection.name}`} columns={columns} rows={revisions} rowKey={(row) => String(row.revision)} />
      {back !== undefined && (
        <ConfirmDialog title={`Bring revision ${back} back?`} confirm="Bring back" onClose={() => setBack(undefined)}
          onConfirm={async () => { await send("POST", connectionPath(connection.project, connection.name, "/rollback"), { body: { revision: back } }); onChange(); }}>
          It is checked first, and becomes the newest revision. Where it does not work, revision {connection.revision} stays in use.
        </ConfirmDialog>
      )}
    </>
  );
}
