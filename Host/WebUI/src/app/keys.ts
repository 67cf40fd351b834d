// From a key press to a command: single keys, `mod` combinations, and two keys in a row ("g r").
import { useEffect } from "react";
import { allCommands } from "./commands";

export const onMac = typeof navigator !== "undefined" && /mac/i.test(navigator.platform);

const PATIENCE = 1200;

/** How a key press is written in a command's `keys`. */
export function written(event: KeyboardEvent): string {
  const parts: string[] = [];
  if (onMac ? event.metaKey : event.ctrlKey) parts.push("mod");
  if (event.altKey) parts.push("alt");
  // Shift is part of a character such as "?", but not of a letter or a named key.
  const named = event.key.length > 1 || /[a-zA-Z]/.test(event.key);
  if (event.shiftKey && named) parts.push("shift");
  parts.push(event.key === " " ? "space" : event.key.toLowerCase());
  return parts.join("+");
}

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button", "submit", "range"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

export function useKeyboard() {
  useEffect(() => {
    let first = "";
    let at = 0;
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || ["Shift", "Control", "Meta", "Alt"].includes(event.key)) return;
      const typing = isTyping(event.target);
      // A dialog keeps the keys to itself, except for what it registers while it is open.
      const inDialog = document.querySelector("[aria-modal=true]") !== null;
      const key = written(event);
      const pair = first && event.timeStamp - at < PATIENCE ? first + " " + key : "";
      const fits = (keys: string) => allCommands().filter((command) => command.keys === keys && !command.native).pop();
      const command = (pair && fits(pair)) || fits(key);
      const starts = !typing && !inDialog && allCommands().some((entry) => entry.keys?.startsWith(key + " "));
      first = starts && !pair ? key : "";
      at = event.timeStamp;
      if (!command || (typing && !command.whileTyping) || (inDialog && !command.whileTyping)) return;
      event.preventDefault();
      first = "";
      command.run();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
}
