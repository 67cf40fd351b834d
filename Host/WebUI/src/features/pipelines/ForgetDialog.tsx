// What the nodes of a pipeline remember from run to run, and making them forget it.
import { useState } from "react";
import { type KeptStates, send, useResource } from "../../api";
import { SimpleTable } from "../../table";
import { Bytes, Button, ConfirmDialog, Dialog, ProblemView, Skeleton } from "../../ui";

interface Props {
  pipeline: string;
  onClose: () => void;
}

export function ForgetDialog({ pipeline, onClose }: Props) {
  const path = `/pipelines/${encodeURIComponent(pipeline)}/state`;
  const kept = useResource<KeptStates>(path);
  const [asking, setAsking] = useState<{ node?: string }>();
  const items = kept.data?.items ?? [];
  const forget = async () => {
    await send("DELETE", path, { query: asking });
    kept.reload();
  };
  if (asking) {
    return (
      <ConfirmDialog title={asking.node ? `Let ${asking.node} forget` : `Let all nodes of ${pipeline} forget`} confirm="Forget" danger
        onConfirm={forget} onClose={() => setAsking(undefined)}>
        <p>A source then reads everything again at the next run. Answers of models that were kept are asked for, and paid for, again.</p>
      </ConfirmDialog>
    );
  }
  return (
    <Dialog
      title={`What ${pipeline} remembers`}
      width="medium"
      onClose={onClose}
      actions={(
        <>
          <Button onClick={onClose} data-autofocus>Close</Button>
          {items.length > 1 && <Button kind="danger" onClick={() => setAsking({})}>Forget all…</Button>}
        </>
      )}
    >
      <div className="pipeline-dialog">
        {kept.loading && <Skeleton lines={3} />}
        {kept.problem && <ProblemView problem={kept.problem} onRetry={kept.reload} />}
        {kept.data && items.length === 0 && <p>Nothing: its next run reads everything.</p>}
        {items.length > 0 && (
          <SimpleTable
            label="Kept from run to run"
            rows={items}
            rowKey={(item) => `${item.node} ${item.component}`}
            columns={[
              { key: "node", title: "Node" },
              { key: "component", title: "Component" },
              { key: "keys", title: "Keys", kind: "figure" },
              { key: "bytes", title: "Size", kind: "figure", render: (item) => <Bytes value={item.bytes} /> },
              {
                key: "forget", title: "Forget", hideTitle: true,
                render: (item) => (
                  <Button size="small" kind="danger" onClick={() => setAsking({ node: item.node })} aria-label={`Forget what ${item.node} remembers`}>
                    Forget…
                  </Button>
                ),
              },
            ]}
          />
        )}
      </div>
    </Dialog>
  );
}
