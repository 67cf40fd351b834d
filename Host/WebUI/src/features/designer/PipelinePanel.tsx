// The pipeline itself, where no node is chosen: words, parameters, schedule, retry.
import { useEffect, useRef } from "react";
import type { Problem } from "../../api";
import { TextArea, TextField } from "../../ui";
import type { Path } from "../../document/edits";
import type { PipelineModel } from "../../document/model";
import { Comments } from "../comments";
import { ParameterFields } from "./ParameterFields";
import { wordsAt } from "./problemPlaces";
import { RetryFields } from "./RetryFields";
import { ScheduleFields } from "./ScheduleFields";

interface Props {
  model: PipelineModel;
  problems: Problem[];
  project: string;
  isNew: boolean;
  canEdit: boolean;
  /** What people say of it is what one came for. */
  toComments: boolean;
  onSet: (path: Path, value: unknown, about: string) => void;
}

export function PipelinePanel({ model, problems, project, isNew, canEdit, toComments, onSet }: Props) {
  const comments = useRef<HTMLDivElement>(null);
  useEffect(() => { if (toComments) comments.current?.scrollIntoView({ block: "start" }); }, [toComments]);
  const error = (field: string) => wordsAt(problems, field);
  return (
    <section className="dz-inspector" aria-label="Pipeline">
      <h2 className="dz-inspector-title">Pipeline</h2>
      <fieldset disabled={!canEdit} className="dz-fieldset">
        <div data-pointer="/metadata/name">
          <TextField label="Name" value={model.name} mono readOnly={!isNew} error={error("/metadata/name")} help={isNew ? "In addresses and on the command line." : "A saved pipeline keeps its name."}
            onChange={(value) => onSet(["metadata", "name"], value, "name")} />
        </div>
        <div data-pointer="/metadata/title">
          <TextField label="Title" value={model.title} error={error("/metadata/title")} onChange={(value) => onSet(["metadata", "title"], value || undefined, "title")} />
        </div>
        <div data-pointer="/metadata/description">
          <TextArea label="Description" value={model.description} rows={3} error={error("/metadata/description")}
            onChange={(value) => onSet(["metadata", "description"], value || undefined, "description")} />
        </div>
        <ParameterFields model={model} onSet={onSet} error={(field) => wordsAt(problems, field, "with parts")} />
        <ScheduleFields model={model} project={project} onSet={onSet} error={error} />
        <div className="dz-group">
          <h3>Retry</h3>
          <RetryFields retry={model.retry} help="How often a run is tried in all." onSet={onSet} error={error} />
        </div>
      </fieldset>
      {!isNew && (
        <div ref={comments} className="dz-group dz-comments">
          <h3>Comments</h3>
          <Comments subject={`pipeline:${model.name}`} project={project} />
        </div>
      )}
    </section>
  );
}
