// Files of any size into datasets: send, look at how they are read, save.
import { useEffect, useState } from "react";
import { type Upload, useResource } from "../../api";
import { Link, useQueryState } from "../../app/router";
import { bytes } from "../../charts";
import { Card, Copyable, Page, ProblemView, Skeleton } from "../../ui";
import { DropZone } from "./DropZone";
import { FileChoice } from "./FileChoice";
import { Publication } from "./Publication";
import { Reading } from "./Reading";
import { TransferRow } from "./TransferRow";
import { useTransfers, useTransferView } from "./transfers";
import type { Transfer } from "./transfer";
import { Unfinished } from "./Unfinished";
import { useInspection } from "./useInspection";
import "./uploads.css";

export default function UploadPage() {
  const [shown, setShown] = useQueryState("upload");
  const transfers = useTransfers();
  const only = transfers.length === 1 ? transfers[0] : undefined;
  return (
    <DropZone>
      <Page title="Upload data" trail={<Link to="/datasets">Datasets</Link>}>
        <div className="upload-page">
          <FileChoice small={transfers.length > 0 || shown !== ""} onChosen={() => setShown(null)} />
          {transfers.length > 0 && (
            <Card title="Files">
              <ul className="upload-list">
                {transfers.map((transfer) => (
                  <TransferRow
                    key={`${transfer.project} ${transfer.file.name} ${transfer.file.lastModified}`}
                    transfer={transfer}
                    shown={transfer.view.upload?.id === shown}
                    onShow={setShown}
                  />
                ))}
              </ul>
            </Card>
          )}
          {only && shown === "" && <OpenWhenHere transfer={only} onHere={setShown} />}
          <Unfinished onShow={setShown} />
          {shown && <UploadSteps key={shown} upload={shown} />}
        </div>
      </Page>
    </DropZone>
  );
}

/** A single file opens by itself once it is here. */
function OpenWhenHere({ transfer, onHere }: { transfer: Transfer; onHere: (upload: string) => void }) {
  const { state, upload } = useTransferView(transfer);
  useEffect(() => {
    if (state === "done" && upload) onHere(upload.id);
  }, [state, upload, onHere]);
  return null;
}

function UploadSteps({ upload: id }: { upload: string }) {
  const { data: upload, problem, reload } = useResource<Upload>(`/uploads/${encodeURIComponent(id)}`);
  if (problem && !upload) return <ProblemView problem={problem} onRetry={() => void reload()} />;
  if (!upload) return <Skeleton lines={6} />;
  if (upload.state === "receiving") {
    return (
      <Card title={upload.name}>
        <p>{bytes(upload.received)} of {bytes(upload.bytes)} are here. Choose the same file to go on.</p>
      </Card>
    );
  }
  return <ReadAndSave upload={upload} />;
}

function ReadAndSave({ upload }: { upload: Upload }) {
  const [options, setOptions] = useState<Record<string, unknown>>({});
  const seen = useInspection(upload.id, options);
  return (
    <>
      <Card title={upload.name}>
        <dl className="upload-facts">
          <div><dt>Size</dt><dd>{bytes(upload.bytes)}</dd></div>
          <div><dt>Project</dt><dd>{upload.project}</dd></div>
          {upload.digest && <div><dt>Digest</dt><dd><Copyable text={upload.digest} short={24} /></dd></div>}
        </dl>
      </Card>
      <Publication
        upload={upload.id}
        file={upload.name}
        project={upload.project}
        options={options}
        blocked={seen.problem ? "The file can't be read like this." : seen.reading ? "Being read." : undefined}
      />
      <Reading seen={seen} project={upload.project} options={options} onOptions={setOptions} />
    </>
  );
}
