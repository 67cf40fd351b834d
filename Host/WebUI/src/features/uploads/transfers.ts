// The files that this page is sending; they go on while other pages are shown.
import { useCallback, useSyncExternalStore } from "react";
import { Transfer, type TransferView } from "./transfer";

let transfers: Transfer[] = [];
const watchers = new Set<() => void>();

function change(next: Transfer[]): void {
  transfers = next;
  watchers.forEach((watcher) => watcher());
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** Begins to send a file, or answers the transfer that already does. */
export function beginTransfer(file: File, project: string): Transfer {
  const same = transfers.find((transfer) =>
    transfer.file.name === file.name && transfer.file.size === file.size &&
    transfer.file.lastModified === file.lastModified && transfer.project === project
  );
  if (same && same.view.state !== "cancelled") {
    same.start();
    return same;
  }
  const transfer = new Transfer(file, project);
  change([...transfers.filter((other) => other !== same), transfer]);
  transfer.start();
  return transfer;
}

export function dropTransfer(transfer: Transfer): void {
  change(transfers.filter((other) => other !== transfer));
}

export function useTransfers(): Transfer[] {
  return useSyncExternalStore(watch, () => transfers);
}

export function useTransferView(transfer: Transfer): TransferView {
  const read = useCallback(() => transfer.view, [transfer]);
  return useSyncExternalStore(transfer.watch, read);
}

// Closing the tab would stop what is being sent: the browser asks first.
window.addEventListener("beforeunload", (event) => {
  const busy = transfers.some(({ view }) => view.state === "sending" || view.state === "waiting" || view.state === "digest");
  if (busy) event.preventDefault();
});
