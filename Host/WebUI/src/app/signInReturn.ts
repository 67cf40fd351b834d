// A sign-in elsewhere that a form has opened in a window of its own (OAuth, RFC 6749 section 4.1.2, loopback redirect of
// RFC 8252) sends that window back to the host's first page; it hands its address to the form, by the browser alone.

const channel = "ote.sign-in-return";

interface Returned {
  state: string;
  address: string;
}

/** The `state` that an address carries, by which the two halves of a sign-in know each other. */
export function stateOf(address: string): string | undefined {
  try {
    return new URL(address).searchParams.get("state") ?? undefined;
  } catch {
    return undefined;
  }
}

/** Whether an address is one that a sign-in sends a browser back to. */
export function isReturn(address: string): boolean {
  const { pathname, searchParams } = new URL(address);
  return pathname === "/" && searchParams.has("state") && (searchParams.has("code") || searchParams.has("error"));
}

/** Hands the address to whoever waits for it; answers whether somebody did. */
export function handOver(address: string, waitMilliseconds = 1000): Promise<boolean> {
  const state = stateOf(address) ?? "";
  const line = new BroadcastChannel(channel);
  return new Promise((resolve) => {
    const end = (taken: boolean) => {
      line.close();
      resolve(taken);
    };
    const timer = window.setTimeout(() => end(false), waitMilliseconds);
    line.onmessage = ({ data }) => {
      if (data?.taken !== state) return;
      window.clearTimeout(timer);
      end(true);
    };
    const returned: Returned = { state, address };
    line.postMessage(returned);
  });
}

/** Waits for the address with this `state`; the answer stops that. */
export function awaitReturn(state: string, onReturn: (address: string) => void): () => void {
  const line = new BroadcastChannel(channel);
  line.onmessage = ({ data }: MessageEvent<Returned>) => {
    if (data?.state !== state || typeof data.address !== "string") return;
    line.postMessage({ taken: state });
    onReturn(data.address);
  };
  return () => line.close();
}
