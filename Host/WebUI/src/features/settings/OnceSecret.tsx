// A secret that is shown this once, with a button that copies it.
import { useState } from "react";
import { Button, copyText } from "../../ui";

export function OnceSecret({ text, what, note }: { text: string; what: string; note: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <div className="settings-once">
      <p>{note}</p>
      <code className="settings-secret" data-once={what} tabIndex={0}>
        {text}
      </code>
      <Button data-autofocus icon={copied ? "tick" : "copy"} onClick={() => void copyText(text).then(setCopied)}>
        {copied ? "Copied" : `Copy the ${what}`}
      </Button>
    </div>
  );
}
