// Keys as they are printed on a keyboard.
import { Fragment } from "react";
import { onMac } from "../app/keys";
import "./kbd.css";

const NAMES: Record<string, string> = {
  mod: onMac ? "⌘" : "Ctrl",
  shift: "Shift",
  alt: onMac ? "⌥" : "Alt",
  enter: "Enter",
  escape: "Esc",
  space: "Space",
  delete: "Del",
  backspace: "Backspace",
  arrowup: "↑",
  arrowdown: "↓",
  arrowleft: "←",
  arrowright: "→",
};

function printed(key: string): string {
  return NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key);
}

/** `keys` as a command has them: "mod+k", "g r". */
export function Kbd({ keys }: { keys: string }) {
  return (
    <span className="ui-keys">
      {keys.split(" ").map((press, index) => (
        <Fragment key={index}>
          {index > 0 && <span className="ui-keys-then">then</span>}
          {press.split("+").map((key) => (
            <kbd key={key} className="ui-kbd">
              {printed(key)}
            </kbd>
          ))}
        </Fragment>
      ))}
    </span>
  );
}
