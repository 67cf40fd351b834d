// What needs a person now, the newest first; nothing here means that nothing does.
import type { AttentionItem } from "../../api/types";
import { addresses, addressOfSubject, Link } from "../../app/router";
import { Card, Icon, RelativeTime } from "../../ui";

const KINDS: Record<AttentionItem["kind"], { icon: string; tone: string; word: string }> = {
  run_failed: { icon: "failed", tone: "error", word: "Failed" },
  run_stopped: { icon: "stopped", tone: "warn", word: "Stopped by a gate" },
  quality: { icon: "quality", tone: "warn", word: "Quality" },
  plugin: { icon: "plugins", tone: "error", word: "Plugin" },
  schedule_paused: { icon: "paused", tone: "neutral", word: "Schedule paused" },
  queue: { icon: "queued", tone: "neutral", word: "Queue" },
};

function addressOf(item: AttentionItem): string {
  if (item.run) return addresses.run(item.run);
  const named = addressOfSubject(item.subject);
  if (named) return named;
  switch (item.kind) {
    case "run_failed":
    case "run_stopped":
    case "schedule_paused":
      return addresses.pipeline(item.subject);
    case "quality":
      return "/quality?q=" + encodeURIComponent(item.subject);
    case "plugin":
      return addresses.plugin(item.subject);
    case "queue":
      return "/runs?status=queued";
  }
}

export function Attention({ items }: { items: AttentionItem[] }) {
  return (
    <Card title="Needs attention" flush>
      {items.length === 0 ? (
        <p className="home-calm">
          <Icon name="succeeded" />
          Nothing needs attention.
        </p>
      ) : (
        <ul className="home-list">
          {items.map((item, index) => {
            const kind = KINDS[item.kind] ?? KINDS.queue;
            return (
              <li key={item.kind + item.subject + index}>
                <Link to={addressOf(item)} className="home-line">
                  <Icon name={kind.icon} className={"ui-tone-text-" + kind.tone} label={kind.word} />
                  <span className="home-text">{item.text}</span>
                  {!!item.count && item.count > 1 && <span className="home-count">{item.count} times</span>}
                  <span className="home-when">
                    <RelativeTime at={item.at} />
                  </span>
                </Link>
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}
