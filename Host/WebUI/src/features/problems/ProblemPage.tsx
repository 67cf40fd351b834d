// What a problem's code means, for whoever has just met it: signed in or not.
import { useEffect, useState } from "react";
import { Link } from "../../app/router";
import { Markdown, NotFound, Skeleton } from "../../ui";
import { OpenCard } from "../session/OpenCard";

interface Doc {
  title: string;
  text: string;
}

export default function ProblemPage({ code }: { code: string }) {
  const [doc, setDoc] = useState<Doc | null>();
  useEffect(() => {
    const abort = new AbortController();
    read(code, abort.signal).then(setDoc, () => !abort.signal.aborted && setDoc(null));
    return () => abort.abort();
  }, [code]);
  return (
    <OpenCard title={doc ? doc.title : code} wide>
      {doc === undefined && <Skeleton lines={8} />}
      {doc === null && <NotFound what="problem" />}
      {doc && <Markdown text={doc.text} />}
      {doc && <Link to="/">Go to Home</Link>}
    </OpenCard>
  );
}

/** The page that the host's own documentation has for it; null where there is none. */
async function read(code: string, signal: AbortSignal): Promise<Doc | null> {
  if (!/^OTE-\d{4}$/.test(code)) return null;
  const answer = await fetch(`/problems/${code}.md`, { signal });
  if (!answer.ok) return null;
  const [heading, ...rest] = (await answer.text()).split("\n");
  return { title: heading.replace(/^# /, ""), text: rest.join("\n") };
}
