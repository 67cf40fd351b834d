// How an uploaded file is read: the options of the component that reads it, beside the rows that they give.
import { useMemo } from "react";
import { type ApiProblem, type Column as DataColumn, type ComponentList, useResource } from "../../api";
import { SchemaForm } from "../../forms";
import { type Column, DataTable } from "../../table";
import { Card, ProblemView, Skeleton } from "../../ui";
import type { Seen } from "./useInspection";

interface Props {
  seen: Seen;
  project: string;
  options: Record<string, unknown>;
  onOptions: (options: Record<string, unknown>) => void;
}

export function Reading({ seen, project, options, onOptions }: Props) {
  const components = useResource<ComponentList>("/components");
  const { inspection, problem, reading } = seen;
  // A file that can't be read yet is mended by the options of what reads files for the host.
  const reader = components.data?.items.find((item) => inspection ? `${item.plugin}/${item.name}` === inspection.reader : problem && item.adapts);
  return (
    <div className="upload-reading">
      <Card title="Reading" subtitle={inspection ? `${inspection.format}, read by ${inspection.reader}` : reader && `read by ${reader.plugin}/${reader.name}`}>
        {reader && (
          <SchemaForm
            schema={reader.config}
            value={options}
            onChange={(value: unknown) => onOptions(value as Record<string, unknown>)}
            problems={fieldProblems(problem)}
            context={{
              component: { plugin: reader.plugin, name: reader.name }, project, columns: inspection?.schema,
            }}
          />
        )}
        {!reader && !problem && <Skeleton lines={6} />}
      </Card>
      <Card
        title="First rows"
        subtitle={inspection ? `${inspection.schema.length} columns` : undefined}
        actions={reading && inspection ? <span className="upload-note" role="status">Reading…</span> : undefined}
        flush
      >
        {problem && <ProblemView problem={problem} onRetry={seen.again} />}
        {!inspection && !problem && <Skeleton lines={10} />}
        {inspection && <FirstRows schema={inspection.schema} rows={inspection.rows} />}
      </Card>
    </div>
  );
}

/** The host names the option that it refused by a JSON pointer. */
function fieldProblems(problem: ApiProblem | undefined): { pointer: string; message: string }[] {
  const all = problem ? [problem, ...(problem.problems ?? [])] : [];
  return all.flatMap(({ at, detail }) =>
    at?.pointer === undefined ? [] : [{ pointer: at.pointer.replace(/^\/options(?=\/|$)/, ""), message: detail }]
  );
}

function FirstRows({ schema, rows }: { schema: DataColumn[]; rows: unknown[][] }) {
  const columns = useMemo(() => schema.map((column, at): Column<unknown[]> => ({
    key: column.name, title: column.name, note: column.type, value: (row) => row[at],
    kind: /^(u?int|float|double|decimal)/.test(column.type) ? "figure" : "text",
  })), [schema]);
  return (
    <DataTable
      id="upload-rows"
      label="First rows of the file"
      columns={columns}
      rows={rows}
      height={420}
      empty="The file holds no rows."
    />
  );
}
