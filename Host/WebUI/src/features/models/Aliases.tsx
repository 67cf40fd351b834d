// What a model's aliases point at: set and taken away by who may, and what became of them.
import { useState } from "react";
import { type AliasChange, type ApiProblem, asProblem, type Model, send } from "../../api";
import { addresses, Link } from "../../app/router";
import { type Column, SimpleTable } from "../../table";
import { Button, Card, ConfirmDialog, Dialog, ProblemView, RelativeTime, Select, TextField } from "../../ui";

interface Props {
  model: Model;
  /** Why the person may not change them. */
  reason?: string;
  onChange: () => void;
}

export function Aliases({ model, reason, onChange }: Props) {
  const [edited, setEdited] = useState<string>();
  const [taken, setTaken] = useState<string>();
  const path = (alias: string) => `/models/${encodeURIComponent(model.model)}/aliases/${encodeURIComponent(alias)}`;
  const rows = Object.entries(model.aliases).map(([alias, version]) => ({ alias, version }));
  const columns: Column<(typeof rows)[number]>[] = [
    { key: "alias", title: "Alias" },
    { key: "version", title: "Version", kind: "figure", render: (row) => <Link to={`${addresses.model(model.model)}?version=${row.version}`}>{row.version}</Link> },
    {
      key: "do", title: "Change", render: (row) => (
        <span className="model-acts">
          <Button size="small" reason={reason} aria-label={`Move ${row.alias}`} onClick={() => setEdited(row.alias)}>Move</Button>
          <Button size="small" kind="quiet" reason={reason} aria-label={`Take ${row.alias} away`} onClick={() => setTaken(row.alias)}>Take away</Button>
        </span>
      ),
    },
  ];
  const none = model.versions.length === 0 ? "There is no version to point at." : undefined;
  return (
    <>
      <Card title="Aliases" subtitle="Pipelines ask for NAME@ALIAS and get the version that it points at." actions={<Button icon="plus" reason={reason ?? none} onClick={() => setEdited("")}>Set an alias</Button>}>
        <SimpleTable label="Aliases" columns={columns} rows={rows} rowKey={(row) => row.alias} empty={<p className="model-quiet">No alias points at this model.</p>} />
      </Card>
      <Card title="History">
        <SimpleTable label="History of the aliases" columns={historyColumns} rows={model.history} empty={<p className="model-quiet">No alias was ever set.</p>} />
      </Card>
      {edited !== undefined && <AliasDialog model={model} alias={edited} path={path} onClose={() => setEdited(undefined)} onChange={onChange} />}
      {taken !== undefined && (
        <ConfirmDialog title={`Take ${taken} away?`} confirm="Take away" danger onClose={() => setTaken(undefined)}
          onConfirm={async () => { await send("DELETE", path(taken)); onChange(); }}>
          Pipelines that ask for {model.model}@{taken} will not find a model until it is set again.
        </ConfirmDialog>
      )}
    </>
  );
}

interface DialogProps {
  model: Model;
  alias: string;
  path: (alias: string) => string;
  onClose: () => void;
  onChange: () => void;
}

function AliasDialog({ model, alias: given, path, onClose, onChange }: DialogProps) {
  const [alias, setAlias] = useState(given);
  const [version, setVersion] = useState(String(model.aliases[given] ?? model.versions[0]?.version ?? ""));
  const [problem, setProblem] = useState<ApiProblem>();
  const [busy, setBusy] = useState(false);
  const missing = alias === "";
  const save = async () => {
    if (missing || busy) return;
    setBusy(true);
    try {
      await send("PUT", path(alias), { body: { version: Number(version) } });
      onChange();
      onClose();
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setBusy(false);
    }
  };
  return (
    <Dialog title={given ? `Move ${given}` : "Set an alias"} onClose={onClose} onSubmit={() => void save()} actions={(
      <>
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" type="submit" busy={busy} reason={missing ? "An alias needs a name." : undefined}>Set</Button>
      </>
    )}>
      <TextField label="Alias" value={alias} onChange={setAlias} readOnly={given !== ""} placeholder="champion" autoFocus={given === ""} />
      <Select label="Version" value={version} onChange={setVersion} options={model.versions.map((entry) => String(entry.version))} />
      {problem && <ProblemView problem={problem} compact />}
    </Dialog>
  );
}

const historyColumns: Column<AliasChange>[] = [
  { key: "at", title: "When", render: (row) => <RelativeTime at={row.at} /> },
  { key: "alias", title: "Alias" },
  { key: "previous", title: "Was", kind: "figure" },
  { key: "version", title: "Became", kind: "figure", value: (row) => row.version ?? "taken away" },
  { key: "by", title: "By" },
  { key: "run", title: "Run", render: (row) => row.run ? <Link to={addresses.run(row.run)}>{row.run.slice(-8)}</Link> : "–" },
];
