// Where a sign-in elsewhere ends: the form that opened it gets the address, and this window has done its work.
import { useEffect, useRef, useState } from "react";
import { handOver } from "../../app/signInReturn";
import { Button, Skeleton } from "../../ui";
import { OpenCard } from "./OpenCard";

export default function SignInReturnPage({ address }: { address: string }) {
  const [taken, setTaken] = useState<boolean>();
  const begun = useRef(false);
  useEffect(() => {
    // Once: the code in it works once.
    if (begun.current) return;
    begun.current = true;
    // Not kept in the history of the browser.
    window.history.replaceState(null, "", "/");
    void handOver(address).then(setTaken);
  }, [address]);
  if (taken === undefined) {
    return (
      <OpenCard title="Signing in">
        <Skeleton />
      </OpenCard>
    );
  }
  if (taken) {
    return (
      <OpenCard title="Back to the form">
        <p>The form that you came from goes on. You can close this window.</p>
        <Button kind="primary" onClick={() => window.close()}>Close</Button>
      </OpenCard>
    );
  }
  return (
    <OpenCard title="No form waits for this sign-in">
      <p>It was closed, or is open in another browser. Where it is still open, paste this address into the field that offered the sign-in.</p>
      <p className="session-note"><code className="session-address">{address}</code></p>
      <Button onClick={() => void navigator.clipboard?.writeText(address)}>Copy the address</Button>
    </OpenCard>
  );
}
