// What can be done with a run: cancel it, retry it, go on from a node, or run its pipeline again.
import { useState } from "react";
import { type Run, type RunEntry, send } from "../../api";
import { useCommand } from "../../app/commands";
import { addresses, navigate } from "../../app/router";
import { useSession } from "../../app/session";
import { Button, ConfirmDialog, Menu, useToast } from "../../ui";
import { isFinished } from "./words";

export function RunActions({ run, onChange }: { run: Run; onChange: () => void }) {
  const { why } = useSession();
  const toast = useToast();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const reason = why("operator", run.project);
  const finished = isFinished(run.status);

  const start = async (path: string, body: object) => {
    setBusy(true);
    try {
      const { data } = await send<RunEntry>("POST", path, { body, idempotencyKey: true });
      navigate(addresses.run(data.run));
    } catch (thrown) {
      toast.problem(thrown);
    } finally {
      setBusy(false);
    }
  };
  const retry = (from?: string) => start(`/runs/${run.run}/retry`, from === undefined ? {} : { from });
  const again = () =>
    start(`/pipelines/${encodeURIComponent(run.pipeline.name)}/runs`, { parameters: run.parameters });
  const cancel = async () => {
    await send("POST", `/runs/${run.run}/cancel`);
    onChange();
  };
  useCommand(finished && !reason
    ? { id: "run.retry", title: "Retry this run", group: "Run", icon: "retry", run: () => void retry() } : null);
  useCommand(!finished && !reason
    ? { id: "run.cancel", title: "Cancel this run", group: "Run", icon: "stop", run: () => setAsking(true) } : null);
  const nodes = run.retry_from ?? [];
  return (
    <>
      <Menu
        label="More ways to run"
        icon="more"
        align="end"
        items={[
          { label: "Run the newest version", icon: "play", detail: "With the same parameters", reason, onSelect: () => void again() },
          "divider",
          { heading: "Retry from a node that kept its output" },
          ...(nodes.length > 0
            ? nodes.map((node) => ({
              label: node, icon: "retry", reason: reason ?? (finished ? undefined : "The run goes on."),
              onSelect: () => void retry(node),
            }))
            : [{ label: "No node kept its output", reason: "A node keeps it where its Retry tab says so in the designer, and once it has given all of its rows.", onSelect: () => undefined }]),
        ]}
      />
      {finished ? (
        <Button icon="retry" kind="primary" reason={reason} busy={busy} onClick={() => void retry()}>Retry</Button>
      ) : (
        <Button icon="stop" kind="danger" reason={reason} onClick={() => setAsking(true)}>Cancel</Button>
      )}
      {asking && (
        <ConfirmDialog
          title={`Cancel this run of ${run.pipeline.name}?`}
          confirm="Cancel the run"
          dismiss="Let it run"
          danger
          onClose={() => setAsking(false)}
          onConfirm={cancel}
        >
          Its worker is stopped and nothing is published. A retry can go on from nodes that kept their output.
        </ConfirmDialog>
      )}
    </>
  );
}
