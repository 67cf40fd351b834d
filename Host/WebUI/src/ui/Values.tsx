// Names and values side by side, in as many columns as there is room for; long ones take a line of their own.
import { valueGroups } from "./valueGroups";
import "./values.css";

const longText = 36;

export function Values({ of: value, label }: { of: object; label: string }) {
  const groups = valueGroups(value);
  if (groups.length === 0) return <p className="ui-values-none">Nothing is set.</p>;
  return (
    <div className="ui-values" role="group" aria-label={label}>
      {groups.map(({ path, entries }) => (
        <div key={path.join("/")} className="ui-values-group">
          {path.length > 0 && <p>{path.join(" › ")}</p>}
          <dl>
            {entries.map(({ name, text, isEmpty }) => (
              <div key={name} className={text.length + name.length > longText ? "is-long" : undefined}>
                <dt>{name}</dt>
                <dd className={isEmpty ? "is-empty" : undefined}>{text}</dd>
              </div>
            ))}
          </dl>
        </div>
      ))}
    </div>
  );
}
