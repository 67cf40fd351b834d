// The parameters of a pipeline: name, type, default, what they are for.
import { useState } from "react";
import { isName, NAME_RULE, type Path } from "../../document/edits";
import type { PipelineModel } from "../../document/model";
import { Button, IconButton, Select, TextField } from "../../ui";
import { parameterValue } from "./parameterValue";

interface Props {
  model: PipelineModel;
  onSet: (path: Path, value: unknown, about: string) => void;
  error: (field: string) => string | undefined;
}

export function ParameterFields({ model, onSet, error }: Props) {
  const [name, setName] = useState("");
  const names = Object.keys(model.parameters);
  const reason = names.includes(name) ? "The name is taken" : isName(name) ? undefined : NAME_RULE;
  const add = () => {
    if (reason) return;
    onSet(["parameters", name], { type: "string" }, "parameters");
    setName("");
  };
  return (
    <div className="dz-group">
      <h3>Parameters</h3>
      {names.map((key) => {
        const schema = model.parameters[key];
        const value = schema.default;
        return (
          <div key={key} className="dz-parameter" data-pointer={`/parameters/${key}`} role="group" aria-label={`Parameter ${key}`}>
            <b>{key}</b>
            <IconButton size="small" icon="trash" label={`Remove ${key}`} onClick={() => onSet(["parameters", key], undefined, "parameters")} />
            <Select label={`Type of ${key}`} hideLabel size="small" value={String(schema.type ?? "string")} options={["string", "number", "integer", "boolean", ...otherType(schema.type)]}
              error={error(`/parameters/${key}/type`)} onChange={(type) => onSet(["parameters", key], { ...schema, type, default: parameterValue(value === undefined ? "" : String(value), type) }, `type ${key}`)} />
            {schema.type === "boolean" ? (
              <Select label={`Default of ${key}`} hideLabel size="small" value={value === undefined ? "" : String(value)} placeholder="No default" options={["true", "false"]}
                error={error(`/parameters/${key}/default`)} onChange={(text) => onSet(["parameters", key, "default"], parameterValue(text, "boolean"), `default ${key}`)} />
            ) : (
              <TextField label={`Default of ${key}`} hideLabel placeholder="No default: asked for by each run" value={value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value)}
                error={error(`/parameters/${key}/default`) ?? error(`/parameters/${key}`)}
                onChange={(text) => onSet(["parameters", key, "default"], parameterValue(text, schema.type), `default ${key}`)} />
            )}
          </div>
        );
      })}
      <div className="dz-add">
        <TextField label="New parameter" hideLabel mono placeholder="new_parameter" value={name} onChange={setName} error={name !== "" ? reason : undefined}
          onKeyDown={(event) => { if (event.key === "Enter") { event.preventDefault(); add(); } }} />
        <Button icon="plus" reason={name === "" ? "Type a name first" : reason} onClick={add}>Add</Button>
      </div>
    </div>
  );
}

/** A type that only the text can write. */
function otherType(type: unknown): string[] {
  return typeof type === "string" && !["string", "number", "integer", "boolean"].includes(type) ? [type] : [];
}
