// The catalog of datasets: search, tags, size, age; a file dropped here is uploaded.
import { useEffect, useMemo, useState } from "react";
import { type Datasets, type DatasetSummary, useResource, usePages } from "../../api";
import { useCommand } from "../../app/commands";
import { addresses, Link, navigate, useQueryState } from "../../app/router";
import { useSession } from "../../app/session";
import { bytes } from "../../charts";
import { type Column, DataTable } from "../../table";
import { Button, EmptyState, Page, ProblemView, RelativeTime, Select, Skeleton, TextField } from "../../ui";
import { DropZone } from "../uploads/DropZone";
import { TagEditor } from "./TagEditor";
import "./datasets.css";

export default function DatasetsPage() {
  const { project, can, why } = useSession();
  const [text, setText] = useQueryState("q");
  const [tag, setTag] = useQueryState("tag");
  const search = useSettled(text);
  const query = { project, q: search, tag };
  const changes = { on: (event: { type: string }) => event.type.startsWith("dataset.") };
  const list = usePages<DatasetSummary>("/datasets", query, changes);
  // All tags in use come with the first page of the unfiltered list.
  const all = useResource<Datasets>("/datasets", { project, limit: 1 }, changes);
  const tags = all.data?.tags ?? [];
  const columns = useMemo(() => columnsWith(tags, setTag), [tags.join("\n"), setTag]);
  useCommand({
    id: "datasets.upload", title: "Upload data", keys: "n", group: "Datasets", icon: "upload",
    run: () => navigate("/datasets/upload"),
  });
  const filtered = search !== "" || tag !== "";
  const reason = can("editor") ? undefined : why("editor");
  const upload = <Button kind="primary" icon="upload" to="/datasets/upload" reason={reason}>Upload data</Button>;
  return (
    <DropZone>
      <Page title="Datasets" actions={upload} full>
        <div className="dataset-list">
          {list.problem && !list.items && <ProblemView problem={list.problem} onRetry={list.reload} />}
          {list.loading && <Skeleton lines={8} />}
          {list.items && (
            <DataTable
              id="datasets"
              label="Datasets"
              columns={columns}
              rows={list.items}
              rowKey={(row) => row.dataset}
              onOpen={(row) => navigate(addresses.dataset(row.dataset))}
              onEnd={list.more}
              rowHeight={36}
              tools={(
                <div className="dataset-tools">
                  <TextField
                    label="Search datasets"
                    hideLabel
                    type="search"
                    placeholder="Search datasets"
                    value={text}
                    onChange={setText}
                    data-search
                  />
                  <Select
                    label="Tag"
                    hideLabel
                    value={tag}
                    onChange={(value) => setTag(value || null)}
                    options={[
                      { value: "", label: "All tags" },
                      ...[...new Set([...tags, ...(tag ? [tag] : [])])].map((value) => ({ value, label: value })),
                    ]}
                  />
                </div>
              )}
              empty={filtered
                ? (
                  <EmptyState
                    title="No dataset fits"
                    text="Search looks at names and descriptions."
                    action={<Button onClick={() => navigate("/datasets")}>Show all</Button>}
                  />
                )
                : (
                  <EmptyState
                    title="No datasets yet"
                    text="What pipelines publish and what is uploaded stands here. A file can be dropped anywhere on this page."
                    action={upload}
                  />
                )}
            />
          )}
        </div>
      </Page>
    </DropZone>
  );
}

function columnsWith(tags: string[], onTag: (tag: string) => void): Column<DatasetSummary>[] {
  return [
    {
      key: "dataset", title: "Name", width: 240, fixed: true,
      render: (row) => <Link to={addresses.dataset(row.dataset)} title={row.description}>{row.dataset}</Link>,
    },
    {
      key: "tags", title: "Tags", width: 220, grows: true, value: (row) => row.tags.join(", "),
      render: (row) => (
        <TagEditor dataset={row.dataset} project={row.project} tags={row.tags} known={tags} onPick={onTag} />
      ),
    },
    { key: "rows", title: "Rows", kind: "figure", width: 120 },
    { key: "columns", title: "Columns", kind: "figure", width: 90 },
    { key: "bytes", title: "Size", kind: "figure", width: 100, render: (row) => bytes(row.bytes) },
    {
      key: "version", title: "Version", kind: "figure", width: 90,
      render: (row) => <Link to={`${addresses.dataset(row.dataset)}?tab=versions`}>{row.version}</Link>,
    },
    { key: "published_at", title: "Published", width: 140, render: (row) => <RelativeTime at={row.published_at} /> },
    {
      key: "run", title: "By run", kind: "id", width: 110,
      render: (row) => <Link to={addresses.run(row.run)}>{row.run.slice(-8)}</Link>,
    },
    { key: "project", title: "Project", width: 110 },
    { key: "versions", title: "Versions kept", kind: "figure", width: 110, hidden: true },
    { key: "description", title: "Description", width: 240, hidden: true },
  ];
}

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(text), 200);
    return () => window.clearTimeout(timer);
  }, [text]);
  return settled;
}
