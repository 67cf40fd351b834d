// Uploads that an earlier visit left behind: what is missing of each, and how it goes on.
import { useEffect, useState } from "react";
import { asProblem, get, send, type Upload } from "../../api";
import { bytes } from "../../charts";
import { Button, Card, RelativeTime, useToast } from "../../ui";
import { forget, remembered } from "./remembered";
import { useTransfers } from "./transfers";

export function Unfinished({ onShow }: { onShow: (upload: string) => void }) {
  const [found, setFound] = useState<Upload[]>([]);
  const transfers = useTransfers();
  const toast = useToast();
  useEffect(() => {
    let left = false;
    void readAll().then((uploads) => !left && setFound(uploads));
    return () => {
      left = true;
    };
  }, []);
  const discard = async (upload: Upload) => {
    try {
      await send("DELETE", `/uploads/${upload.id}`);
    } catch (thrown) {
      if (asProblem(thrown).status !== 404) return toast.problem(thrown);
    }
    forget(upload.id);
    setFound((before) => before.filter((other) => other.id !== upload.id));
  };
  const rows = found.filter((upload) => !transfers.some(({ view }) => view.upload?.id === upload.id));
  if (rows.length === 0) return null;
  return (
    <Card title="Not finished">
      <ul className="upload-list">
        {rows.map((upload) => (
          <li key={upload.id} className="upload-transfer-line">
            <span className="upload-transfer-name">{upload.name}</span>
            <span className="upload-transfer-state">
              {upload.state === "complete"
                ? `${bytes(upload.bytes)}, not saved as a dataset yet`
                : `${bytes(upload.received)} of ${bytes(upload.bytes)} are here. Choose the same file to go on.`}{" "}
              <RelativeTime at={upload.created_at} />
            </span>
            <span className="upload-transfer-acts">
              {upload.state === "complete" && <Button onClick={() => onShow(upload.id)}>Open</Button>}
              <Button kind="quiet" onClick={() => void discard(upload)}>Discard</Button>
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** Those that the host still has and that are not saved; the others are forgotten. */
async function readAll(): Promise<Upload[]> {
  const answers = await Promise.all(remembered().map(async ({ upload }) => {
    try {
      const answer = await get<Upload>(`/uploads/${upload}`);
      if (answer.state !== "published") return answer;
      forget(upload);
    } catch (thrown) {
      const { status } = asProblem(thrown);
      if (status === 404 || status === 403) forget(upload);
    }
    return undefined;
  }));
  return answers.filter((upload): upload is Upload => upload !== undefined);
}
