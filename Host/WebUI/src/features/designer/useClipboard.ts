// Nodes by the browser's own clipboard, as YAML: they go into another pipeline, a chat or a file.
import { useEffect, useRef } from "react";
import { useCommand } from "../../app/commands";
import { isTyping } from "../../app/keys";

interface Clipboard {
  /** What is chosen as text; null where nothing is. */
  copy: () => string | null;
  cut: () => void;
  /** False where the text holds no nodes. */
  paste: (text: string) => boolean;
}

export function useClipboard(board: Clipboard) {
  const latest = useRef(board);
  latest.current = board;
  useEffect(() => {
    // Text that is marked, or a field that is typed in, keeps the keys.
    const isOurs = (event: Event) => !isTyping(event.target) && !document.querySelector("[aria-modal=true]");
    const copy = (event: ClipboardEvent) => {
      if (!isOurs(event) || (window.getSelection()?.toString() ?? "") !== "") return;
      const text = latest.current.copy();
      if (text === null) return;
      event.clipboardData?.setData("text/plain", text);
      event.preventDefault();
      if (event.type === "cut") latest.current.cut();
    };
    const paste = (event: ClipboardEvent) => {
      if (isOurs(event) && latest.current.paste(event.clipboardData?.getData("text/plain") ?? "")) event.preventDefault();
    };
    document.addEventListener("copy", copy);
    document.addEventListener("cut", copy);
    document.addEventListener("paste", paste);
    return () => {
      document.removeEventListener("copy", copy);
      document.removeEventListener("cut", copy);
      document.removeEventListener("paste", paste);
    };
  }, []);
  const listed = { group: "Designer", native: true, hidden: true, run: () => undefined };
  useCommand({ id: "designer.copy", title: "Copy what is chosen", keys: "mod+c", ...listed });
  useCommand({ id: "designer.cut", title: "Cut what is chosen", keys: "mod+x", ...listed });
  useCommand({ id: "designer.paste", title: "Paste nodes", keys: "mod+v", ...listed });
}
