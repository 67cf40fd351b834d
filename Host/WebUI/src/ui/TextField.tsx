// Fields that are typed into: one line, several lines, a number.
import { forwardRef, type InputHTMLAttributes, type ReactNode, type TextareaHTMLAttributes } from "react";
import { Field, type FieldProps } from "./Field";

type Input = Omit<InputHTMLAttributes<HTMLInputElement>, "onChange" | "value" | "size" | "prefix">;

export interface TextFieldProps extends Input, FieldProps {
  value: string;
  onChange: (value: string) => void;
  /** Shown inside, at the end. */
  unit?: ReactNode;
  /** Shown inside, at the start. */
  before?: ReactNode;
  mono?: boolean;
}

export const TextField = forwardRef<HTMLInputElement, TextFieldProps>(function TextField(
  { label, help, error, required, hideLabel, className, value, onChange, unit, before, mono, ...rest },
  ref,
) {
  return (
    <Field {...{ label, help, error, required, hideLabel, className }}>
      {(ids) => (
        <span className="ui-input-box">
          {before && <span className="ui-input-before">{before}</span>}
          <input
            ref={ref}
            type="text"
            autoComplete="off"
            spellCheck={false}
            {...rest}
            {...ids}
            className={"ui-input" + (mono ? " ui-mono" : "")}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
          {unit && <span className="ui-input-unit">{unit}</span>}
        </span>
      )}
    </Field>
  );
});

export interface NumberFieldProps extends Input, FieldProps {
  value: number | null | undefined;
  /** null where the field is empty. */
  onChange: (value: number | null) => void;
  unit?: ReactNode;
  integer?: boolean;
}

export const NumberField = forwardRef<HTMLInputElement, NumberFieldProps>(function NumberField(
  { label, help, error, required, hideLabel, className, value, onChange, unit, integer, ...rest },
  ref,
) {
  return (
    <Field {...{ label, help, error, required, hideLabel, className }}>
      {(ids) => (
        <span className="ui-input-box">
          <input
            ref={ref}
            type="number"
            step={integer ? 1 : "any"}
            autoComplete="off"
            {...rest}
            {...ids}
            className="ui-input ui-number"
            value={value ?? ""}
            onChange={(event) => {
              const read = event.target.valueAsNumber;
              onChange(Number.isNaN(read) ? null : read);
            }}
          />
          {unit && <span className="ui-input-unit">{unit}</span>}
        </span>
      )}
    </Field>
  );
});

type Area = Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "onChange" | "value">;

export interface TextAreaProps extends Area, FieldProps {
  value: string;
  onChange: (value: string) => void;
  mono?: boolean;
}

export const TextArea = forwardRef<HTMLTextAreaElement, TextAreaProps>(function TextArea(
  { label, help, error, required, hideLabel, className, value, onChange, mono, rows = 4, ...rest },
  ref,
) {
  return (
    <Field {...{ label, help, error, required, hideLabel, className }}>
      {(ids) => (
        <textarea
          ref={ref}
          {...rest}
          {...ids}
          rows={rows}
          className={"ui-input ui-area" + (mono ? " ui-mono" : "")}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
});
