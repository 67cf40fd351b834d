// One file being sent: how far, how fast, how long still, with pause, resume and cancel.
import { useState } from "react";
import { bytes, seconds } from "../../charts";
import { Button, ConfirmDialog, ProblemView, useToast } from "../../ui";
import type { Transfer, TransferView } from "./transfer";
import { dropTransfer, useTransferView } from "./transfers";

interface Props {
  transfer: Transfer;
  /** Its columns and rows are what is shown below. */
  shown: boolean;
  onShow: (upload: string) => void;
}

export function TransferRow({ transfer, shown, onShow }: Props) {
  const view = useTransferView(transfer);
  const toast = useToast();
  const [asking, setAsking] = useState(false);
  const cancel = () => {
    transfer.cancel().catch(toast.problem);
    dropTransfer(transfer);
  };
  const { name } = transfer.file;
  const moving = view.state === "sending" || view.state === "waiting";
  return (
    <li className="upload-transfer">
      <div className="upload-transfer-line">
        <span className="upload-transfer-name">{name}</span>
        <span className="upload-transfer-project">{transfer.project}</span>
        <span className="upload-transfer-state" aria-live="polite">{stateText(view)}</span>
        <span className="upload-transfer-acts">
          {moving && <Button kind="quiet" onClick={() => transfer.pause()}>Pause</Button>}
          {(view.state === "paused" || view.state === "failed") && (
            <Button kind="secondary" onClick={() => transfer.start()}>Resume</Button>
          )}
          {view.state === "done" && view.upload && !shown && (
            <Button kind="secondary" onClick={() => onShow(view.upload?.id ?? "")}>Open</Button>
          )}
          {view.state !== "done" && <Button kind="quiet" onClick={() => setAsking(true)}>Cancel</Button>}
        </span>
      </div>
      {view.state !== "done" && (
        <progress
          className="upload-progress"
          aria-label={`Upload of ${name}`}
          max={Math.max(1, view.bytes)}
          value={view.state === "digest" ? undefined : view.received}
        />
      )}
      <div className="upload-transfer-figures">{figures(view)}</div>
      {view.problem && view.state === "failed" && <ProblemView problem={view.problem} onRetry={() => transfer.start()} />}
      {asking && (
        <ConfirmDialog
          title={`Cancel the upload of ${name}`}
          confirm="Cancel the upload"
          danger
          onConfirm={cancel}
          onClose={() => setAsking(false)}
        >
          <p>The {bytes(view.received)} that the host already has are thrown away.</p>
        </ConfirmDialog>
      )}
    </li>
  );
}

function stateText(view: TransferView): string {
  switch (view.state) {
    case "sending": return "Sending";
    case "paused": return "Paused";
    case "waiting": return "No answer, trying again";
    case "digest": return "Taking the digest";
    case "done": return "Here";
    case "failed": return "Stopped";
    case "cancelled": return "Cancelled";
  }
}

function figures(view: TransferView): string {
  const share = view.bytes > 0 ? Math.floor((view.received / view.bytes) * 100) : 100;
  const parts = view.state === "done"
    ? [bytes(view.bytes), view.upload?.digest ?? ""]
    : [`${bytes(view.received)} of ${bytes(view.bytes)}`, `${share}%`];
  if (view.rate) parts.push(`${bytes(view.rate)}/s`);
  if (view.secondsLeft !== undefined && view.received < view.bytes) parts.push(`${seconds(view.secondsLeft)} left`);
  if (view.resumedAt) parts.push(`went on from ${bytes(view.resumedAt)}`);
  return parts.filter(Boolean).join(" · ");
}
