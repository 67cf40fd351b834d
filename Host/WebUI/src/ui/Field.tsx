// Label above, help below, the error at the field in place of the help.
import { useId, type ReactNode } from "react";
import { Icon } from "./Icon";
import "./field.css";

export interface FieldProps {
  label: ReactNode;
  help?: ReactNode;
  error?: string | null;
  required?: boolean;
  /** Read out, but not shown: where the place says what it is. */
  hideLabel?: boolean;
  className?: string;
}

export interface FieldIDs {
  id: string;
  "aria-describedby"?: string;
  "aria-invalid"?: true;
  "aria-required"?: true;
}

/** Wraps any control: the child gets what it needs to be tied to its label. */
export function Field({
  label,
  help,
  error,
  required,
  hideLabel,
  className,
  children,
}: FieldProps & { children: ((ids: FieldIDs) => ReactNode) | ReactNode }) {
  const id = useId();
  const note = help || error ? id + "-note" : undefined;
  const ids: FieldIDs = {
    id,
    "aria-describedby": note,
    "aria-invalid": error ? true : undefined,
    "aria-required": required ? true : undefined,
  };
  return (
    <div className={"ui-field" + (className ? " " + className : "")}>
      <label className={hideLabel ? "visually-hidden" : "ui-label"} htmlFor={id}>
        {label}
        {required && <span className="ui-required"> (required)</span>}
      </label>
      {typeof children === "function" ? children(ids) : children}
      {error ? (
        <p className="ui-field-error" id={note}>
          <Icon name="error" size={14} />
          {error}
        </p>
      ) : (
        help && (
          <p className="ui-help" id={note}>
            {help}
          </p>
        )
      )}
    </div>
  );
}
