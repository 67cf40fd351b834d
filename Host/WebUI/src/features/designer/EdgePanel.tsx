// A chosen edge: which columns go along it, known before a run, and the way to take it out.
import type { CheckedNode } from "../../api";
import { Button, EmptyState } from "../../ui";
import { SimpleTable } from "../../table";
import { columnsOn } from "./edgeColumns";
import type { WireShape } from "./shapes";

export function EdgePanel({ wire, checked, canEdit, onRemove }: { wire: WireShape; checked: CheckedNode[]; canEdit: boolean; onRemove: () => void }) {
  const output = wire.from.outputs[wire.output];
  const input = wire.to.inputs[wire.input];
  const columns = columnsOn(wire, checked);
  return (
    <section className="dz-inspector" aria-label={`Edge ${wire.from.node.name} to ${wire.to.node.name}`}>
      <h2 className="dz-inspector-title">{wire.from.node.name} → {wire.to.node.name}</h2>
      <p className="dz-inspector-use">{output?.name ?? "output"} ({output?.type ?? "unknown"}) to {input?.name ?? "input"}{wire.adapts ? "; the host reads the files as a table in between" : ""}</p>
      {columns
        ? <SimpleTable label="Columns on the edge" rows={columns} rowKey={(row) => row.name} columns={[{ key: "name", title: "Column" }, { key: "type", title: "Type" }] as never} />
        : <EmptyState title="Columns are not known yet" text="Only the data tells, or a problem upstream has to be solved first." />}
      <Button icon="trash" reason={canEdit ? undefined : "Needs the role editor"} onClick={onRemove}>Remove edge</Button>
    </section>
  );
}
