// A question or a small task above the page. ConfirmDialog asks before something can't be undone.
import { useId, useRef, useState, type FormEvent, type ReactNode } from "react";
import { createPortal } from "react-dom";
import { Button, IconButton } from "./Button";
import { ProblemView } from "./ProblemView";
import { TextField } from "./TextField";
import { useLayer } from "./layer";
import type { ProblemShape } from "../api/problem";
import { asProblem } from "../api/problem";
import "./dialog.css";

export interface DialogProps {
  title: string;
  onClose: () => void;
  children?: ReactNode;
  /** The buttons, the main one last. */
  actions?: ReactNode;
  width?: "small" | "medium" | "large";
  /** Enter in a field does it. */
  onSubmit?: () => void;
}

export function Dialog({ title, onClose, children, actions, width = "small", onSubmit }: DialogProps) {
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  const pressedOutside = useRef(false);
  useLayer(box, { onClose });
  const inside = (
    <>
      <div className="ui-dialog-body">{children}</div>
      {actions && <div className="ui-dialog-actions">{actions}</div>}
    </>
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    onSubmit?.();
  };
  return createPortal(
    <div
      className="ui-scrim"
      onMouseDown={(event) => (pressedOutside.current = event.target === event.currentTarget)}
      onClick={(event) => event.target === event.currentTarget && pressedOutside.current && onClose()}
    >
      <div
        ref={box}
        className={"ui-dialog ui-dialog-" + width}
        role="dialog"
        aria-modal="true"
        aria-labelledby={id}
        tabIndex={-1}
      >
        <div className="ui-dialog-head">
          <h2 id={id}>{title}</h2>
          <IconButton icon="close" label="Close" size="small" onClick={onClose} />
        </div>
        {onSubmit ? (
          <form className="ui-dialog-form" onSubmit={submit} noValidate>
            {inside}
          </form>
        ) : (
          inside
        )}
      </div>
    </div>,
    document.body,
  );
}

export interface ConfirmDialogProps {
  title: string;
  children?: ReactNode;
  /** The verb on the button. */
  confirm: string;
  /** The words of the other button, where "Cancel" could mean the act itself. */
  dismiss?: string;
  danger?: boolean;
  /** Has to be typed, where it can't be undone. */
  typed?: string;
  onClose: () => void;
  /** A failure is shown in the dialog, which then stays open. */
  onConfirm: () => void | Promise<void>;
}

export function ConfirmDialog({ title, children, confirm, dismiss = "Cancel", danger, typed, onClose, onConfirm }: ConfirmDialogProps) {
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ProblemShape | null>(null);
  const missing = typed !== undefined && text !== typed;
  const act = async () => {
    if (missing || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await onConfirm();
      onClose();
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSubmit={() => void act()}
      actions={
        <>
          <Button onClick={onClose} data-autofocus={typed === undefined ? true : undefined}>
            {dismiss}
          </Button>
          <Button
            type="submit"
            kind={danger ? "danger" : "primary"}
            busy={busy}
            reason={missing ? "Type the name first." : undefined}
          >
            {confirm}
          </Button>
        </>
      }
    >
      {children}
      {typed !== undefined && (
        <TextField label={`Type ${typed} to confirm`} value={text} onChange={setText} data-autofocus mono />
      )}
      {problem && <ProblemView problem={problem} compact />}
    </Dialog>
  );
}
