// All keys that work now, by group.
import { Dialog, Kbd } from "../ui";
import { useCommands } from "./commands";

/** Keys that belong to widgets and have no command of their own. */
const ALWAYS = [
  { keys: "mod+k", title: "Search and commands" },
  { keys: "/", title: "Search on this page" },
  { keys: "?", title: "Show the keys" },
  { keys: "escape", title: "Close what is open" },
  { keys: "enter", title: "Open what is chosen" },
];

export function KeysDialog({ onClose }: { onClose: () => void }) {
  const commands = useCommands().filter((command) => command.keys && !ALWAYS.some((entry) => entry.keys === command.keys));
  const groups = new Map<string, { keys: string; title: string }[]>([["Everywhere", [...ALWAYS]]]);
  for (const command of commands) {
    const group = command.group ?? "This page";
    groups.set(group, [...(groups.get(group) ?? []), { keys: command.keys ?? "", title: command.title }]);
  }
  return (
    <Dialog title="Keys" width="medium" onClose={onClose}>
      <div className="app-keys">
        {Array.from(groups, ([group, entries]) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {entries.map((entry) => (
                <div key={entry.keys + entry.title}>
                  <dt>{entry.title}</dt>
                  <dd>
                    <Kbd keys={entry.keys} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
