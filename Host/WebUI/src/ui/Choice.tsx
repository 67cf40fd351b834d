// Fields with given answers: one of several, yes or no, on or off.
import { useId, type ReactNode } from "react";
import { Field, type FieldProps } from "./Field";
import { Tooltip } from "./Tooltip";

export interface Option {
  value: string;
  label?: string;
  disabled?: boolean;
}

export interface SelectProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  options: (Option | string)[];
  /** The words of "nothing chosen"; without it the first option stands. */
  placeholder?: string;
  disabled?: boolean;
  reason?: string;
  size?: "normal" | "small";
}

export function Select({ value, onChange, options, placeholder, disabled, reason, size, ...field }: SelectProps) {
  const control = (ids: object) => (
    <select
      {...ids}
      className={"ui-input ui-select" + (size === "small" ? " ui-input-small" : "")}
      value={value}
      disabled={disabled || !!reason}
      onChange={(event) => onChange(event.target.value)}
    >
      {placeholder !== undefined && <option value="">{placeholder}</option>}
      {options.map((option) => {
        const entry = typeof option === "string" ? { value: option } : option;
        return (
          <option key={entry.value} value={entry.value} disabled={entry.disabled}>
            {entry.label ?? entry.value}
          </option>
        );
      })}
    </select>
  );
  return (
    <Field {...field}>
      {(ids) =>
        reason ? (
          <Tooltip text={reason}>
            <span>{control(ids)}</span>
          </Tooltip>
        ) : (
          control(ids)
        )
      }
    </Field>
  );
}

export interface CheckProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  label: ReactNode;
  help?: ReactNode;
  disabled?: boolean;
  reason?: string;
  indeterminate?: boolean;
  hideLabel?: boolean;
}

function Toggle({ checked, onChange, label, help, disabled, reason, indeterminate, hideLabel, kind }: CheckProps & { kind: "check" | "switch" }) {
  const id = useId();
  const off = disabled || !!reason;
  const box = (
    <span className={"ui-toggle" + (off ? " ui-toggle-off" : "")}>
      <input
        id={id}
        type="checkbox"
        role={kind === "switch" ? "switch" : undefined}
        className={kind === "switch" ? "ui-switch" : "ui-check"}
        checked={checked}
        aria-disabled={off || undefined}
        aria-describedby={help ? id + "-note" : undefined}
        ref={(element) => {
          if (element) element.indeterminate = !!indeterminate;
        }}
        onChange={(event) => !off && onChange(event.target.checked)}
      />
      <label htmlFor={id} className={hideLabel ? "visually-hidden" : undefined}>
        {label}
      </label>
    </span>
  );
  return (
    <div className="ui-toggle-field">
      {reason ? <Tooltip text={reason}>{box}</Tooltip> : box}
      {help && (
        <p className="ui-help ui-toggle-help" id={id + "-note"}>
          {help}
        </p>
      )}
    </div>
  );
}

export function Checkbox(props: CheckProps) {
  return <Toggle {...props} kind="check" />;
}

export function Switch(props: CheckProps) {
  return <Toggle {...props} kind="switch" />;
}
