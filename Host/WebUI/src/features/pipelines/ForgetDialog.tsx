// What the nodes of a pipeline remember from run to run, and making them forget it.
import { useState } from "react";
import { type ApiProblem, asProblem, type KeptStates, send, useResource } from "../../api";
import { SimpleTable } from "../../table";
import { Bytes, Button, Dialog, ProblemView, Skeleton } from "../../ui";

interface Props {
  pipeline: string;
  onClose: () => void;
}

export function ForgetDialog({ pipeline, onClose }: Props) {
  const path = `/pipelines/${encodeURIComponent(pipeline)}/state`;
  const kept = useResource<KeptStates>(path);
  const [busy, setBusy] = useState<string>();
  const [problem, setProblem] = useState<ApiProblem>();
  const items = kept.data?.items ?? [];
  const forget = async (node?: string) => {
    setBusy(node ?? "");
    setProblem(undefined);
    try {
      await send("DELETE", path, { query: { node } });
      if (node === undefined) return onClose();
      kept.reload();
    } catch (thrown) {
      setProblem(asProblem(thrown));
    } finally {
      setBusy(undefined);
    }
  };
  const nodes = new Set(items.map((item) => item.node));
  return (
    <Dialog
      title={`What ${pipeline} remembers`}
      width="medium"
      onClose={onClose}
      actions={(
        <>
          <Button onClick={onClose} data-autofocus>Close</Button>
          {nodes.size > 1 && <Button kind="danger" busy={busy === ""} onClick={() => void forget()}>Forget all</Button>}
        </>
      )}
    >
      <div className="pipeline-dialog">
        {kept.loading && <Skeleton lines={3} />}
        {kept.problem && <ProblemView problem={kept.problem} onRetry={kept.reload} />}
        {kept.data && items.length === 0 && <p>Nothing: its next run reads everything.</p>}
        {items.length > 0 && (
          <>
            <p>A source that forgets its position reads everything again at the next run. A run that is under way keeps its own once it has committed.</p>
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
                    <Button size="small" kind="danger" busy={busy === item.node} onClick={() => void forget(item.node)} aria-label={`Forget what ${item.node} remembers`}>
                      Forget
                    </Button>
                  ),
                },
              ]}
            />
          </>
        )}
        {problem && <ProblemView problem={problem} />}
      </div>
    </Dialog>
  );
}
