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
  return (
    <OpenCard title={taken === undefined ? "Signing in" : taken ? "Back to the form" : "No form waits for this sign-in"}>
      <div className="session-return" role="status">{taken === undefined ? <Skeleton /> : taken ? <Taken /> : <Unclaimed address={address} />}</div>
    </OpenCard>
  );
}

function Taken() {
  return (
    <>
      <p>The form that you came from goes on. You can close this window.</p>
      <Button kind="primary" onClick={() => window.close()}>Close</Button>
    </>
  );
}

function Unclaimed({ address }: { address: string }) {
  return (
    <>
      <p>It was closed, or is open in another browser. Where it is still open, paste this address into the field that offered the sign-in.</p>
      <p className="session-note"><code className="session-address">{address}</code></p>
      <Button onClick={() => void navigator.clipboard?.writeText(address)}>Copy the address</Button>
    </>
  );
}
