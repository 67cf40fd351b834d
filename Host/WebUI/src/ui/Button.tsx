// Buttons. One that can't be used says why, and stays reachable by keyboard so that the reason can be read.
import { forwardRef, type ButtonHTMLAttributes, type MouseEvent, type ReactNode } from "react";
import { Icon } from "./Icon";
import { Tooltip } from "./Tooltip";
import { navigate } from "../app/router";
import "./button.css";

interface Common extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "disabled"> {
  icon?: string;
  busy?: boolean;
  disabled?: boolean;
  /** Why it can't be used now; given, it disables the button. */
  reason?: string;
  size?: "normal" | "small";
}

export interface ButtonProps extends Common {
  kind?: "primary" | "secondary" | "quiet" | "danger";
  children?: ReactNode;
  /** Opens this page. */
  to?: string;
  iconAfter?: string;
  pressed?: boolean;
}

export const Button = forwardRef<HTMLButtonElement, ButtonProps>(function Button(
  { kind = "secondary", icon, iconAfter, busy, disabled, reason, size, to, pressed, className, onClick, children, ...rest },
  ref,
) {
  const off = !!(disabled || reason || busy);
  const click = (event: MouseEvent<HTMLButtonElement>) => {
    if (off) {
      event.preventDefault();
      return;
    }
    onClick?.(event);
    if (to && !event.defaultPrevented) navigate(to);
  };
  const classes = ["ui-button", "ui-button-" + kind, size === "small" && "ui-button-small", className];
  const button = (
    <button
      ref={ref}
      type="button"
      {...rest}
      className={classes.filter(Boolean).join(" ")}
      aria-disabled={off || undefined}
      aria-busy={busy || undefined}
      aria-pressed={pressed}
      onClick={click}
    >
      {busy ? <span className="ui-spinner" aria-hidden /> : icon && <Icon name={icon} />}
      {children !== undefined && <span className="ui-button-text">{children}</span>}
      {iconAfter && <Icon name={iconAfter} />}
    </button>
  );
  return reason ? <Tooltip text={reason}>{button}</Tooltip> : button;
});

export interface IconButtonProps extends Common {
  icon: string;
  /** Its name, shown as tooltip. */
  label: string;
  pressed?: boolean;
  kind?: "quiet" | "secondary" | "danger";
  /** A small number at the corner. */
  count?: number;
}

export const IconButton = forwardRef<HTMLButtonElement, IconButtonProps>(function IconButton(
  { icon, label, busy, disabled, reason, size, pressed, kind = "quiet", count, className, onClick, ...rest },
  ref,
) {
  const off = !!(disabled || reason || busy);
  const classes = ["ui-icon-button", "ui-button-" + kind, size === "small" && "ui-button-small", className];
  return (
    <Tooltip text={reason ? label + ". " + reason : label} isName={!reason}>
      <button
        ref={ref}
        type="button"
        {...rest}
        className={classes.filter(Boolean).join(" ")}
        aria-label={count ? `${label}, ${count}` : label}
        aria-disabled={off || undefined}
        aria-pressed={pressed}
        onClick={(event) => (off ? event.preventDefault() : onClick?.(event))}
      >
        {busy ? <span className="ui-spinner" aria-hidden /> : <Icon name={icon} />}
        {!!count && (
          <span className="ui-count" aria-hidden>
            {count > 99 ? "99+" : count}
          </span>
        )}
      </button>
    </Tooltip>
  );
});
