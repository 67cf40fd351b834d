// What concerns the person: mentions, failed runs of their pipelines, alerts. Opening one marks it and those before it as read.
import { useRef } from "react";
import { send, usePages, useResource } from "../../api/client";
import type { HostEvent, Notification, Notifications } from "../../api/types";
import { addressOfSubject, addresses, Link } from "../../app/router";
import { Button, Drawer, EmptyState, Icon, ProblemView, RelativeTime, Skeleton, useInfinite, useToast } from "../../ui";
import { invalidate } from "../../api/resource";
import "./notifications.css";

const isNews = (event: HostEvent) => event.type.startsWith("notification.");

/** How many are unread; stays right by live events. */
export function useUnread(): number {
  const { data } = useResource<Notifications>("/notifications", { limit: 1 }, { on: isNews });
  return data?.unread ?? 0;
}

const ICONS: Record<string, string> = {
  mention: "comment",
  comment: "comment",
  run_failed: "failed",
  run_stopped: "stopped",
  quality: "quality",
  plugin: "plugins",
  member: "users",
};

function addressOf(entry: Notification): string | null {
  if (/^[0-9A-Za-z]{20,40}$/.test(entry.subject)) return addresses.run(entry.subject);
  const page = addressOfSubject(entry.subject);
  return page && entry.kind === "mention" ? `${page}${page.includes("?") ? "&" : "?"}tab=comments` : page;
}

export function NotificationsDrawer({ onClose }: { onClose: () => void }) {
  const toast = useToast();
  const list = usePages<Notification>("/notifications", { limit: 50 }, { on: isNews });
  const unread = useUnread();
  const end = useInfinite(list);
  const items = list.items;
  const newest = items?.[0]?.id;
  const busy = useRef(false);

  const markRead = async (upTo: number) => {
    if (busy.current) return;
    busy.current = true;
    try {
      await send("POST", "/notifications/read", { body: { up_to: upTo } });
      invalidate("/notifications");
      list.reload();
    } catch (thrown) {
      toast.problem(thrown);
    } finally {
      busy.current = false;
    }
  };

  return (
    <Drawer
      title="Notifications"
      onClose={onClose}
      actions={
        unread > 0 && newest !== undefined ? (
          <Button kind="quiet" size="small" icon="tick" onClick={() => void markRead(newest)}>
            Mark all as read
          </Button>
        ) : undefined
      }
    >
      {list.problem && <ProblemView problem={list.problem} onRetry={list.reload} />}
      {list.loading && <Skeleton lines={6} />}
      {items?.length === 0 && (
        <EmptyState icon="bell" title="Nothing new" text="Mentions, failures of your pipelines and quality alerts arrive here." />
      )}
      <ul className="notify-list">
        {items?.map((entry) => {
          const to = addressOf(entry);
          const inside = (
            <>
              <Icon name={ICONS[entry.kind] ?? "bell"} />
              <span className="notify-text">
                {entry.text}
                <span className="notify-facts">
                  {entry.project && <span>{entry.project}</span>}
                  <RelativeTime at={entry.created_at} />
                </span>
              </span>
              {!entry.read && <span className="notify-dot" role="img" aria-label="Unread" />}
            </>
          );
          return (
            <li key={entry.id}>
              {to ? (
                <Link
                  to={to}
                  className="notify-entry"
                  onClick={() => {
                    if (!entry.read) void markRead(entry.id);
                    onClose();
                  }}
                >
                  {inside}
                </Link>
              ) : (
                <div className="notify-entry">{inside}</div>
              )}
            </li>
          );
        })}
      </ul>
      <div ref={end} />
      {list.loadingMore && <Skeleton lines={2} />}
    </Drawer>
  );
}
