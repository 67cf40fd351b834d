// Removes a version; where something refers to it the host refuses, and its words are shown.
import { useState } from "react";
import { send } from "../../api";
import { Button, ConfirmDialog } from "../../ui";

interface Props {
  model: string;
  version: number;
  reason?: string;
  onRemoved: () => void;
}

export function RemoveVersion({ model, version, reason, onRemoved }: Props) {
  const [asking, setAsking] = useState(false);
  const remove = async () => {
    await send("DELETE", `/models/${encodeURIComponent(model)}/versions/${version}`);
    onRemoved();
  };
  return (
    <>
      <Button icon="trash" reason={reason} onClick={() => setAsking(true)}>Remove</Button>
      {asking && (
        <ConfirmDialog title={`Remove version ${version} of ${model}?`} confirm="Remove" danger typed={`${model}@${version}`} onClose={() => setAsking(false)} onConfirm={remove}>
          It can't be brought back. The host refuses while an alias, a pipeline, a connection or a model made from it refers to it.
        </ConfirmDialog>
      )}
    </>
  );
}
