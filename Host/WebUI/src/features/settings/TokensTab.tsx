// Access tokens for programs: what each may, until when, and when it was last used.
import { useState } from "react";
import { send, useResource } from "../../api/client";
import type { Token, Tokens } from "../../api/types";
import { Badge, Button, Card, ConfirmDialog, EmptyState, ProblemView, RelativeTime, Skeleton } from "../../ui";
import { NewTokenDialog } from "./NewTokenDialog";
import { Rows } from "./Rows";

export function TokensTab() {
  const tokens = useResource<Tokens>("/tokens");
  const [adding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState<Token | null>(null);
  const items = tokens.data?.items;
  const add = (
    <Button kind="primary" size="small" icon="plus" onClick={() => setAdding(true)}>
      New token
    </Button>
  );
  return (
    <Card
      title="Access tokens"
      subtitle="For scripts and other programs. A token never may more than you may."
      flush
      actions={items && items.length > 0 ? add : undefined}
    >
      {tokens.problem && <ProblemView problem={tokens.problem} onRetry={() => void tokens.reload()} />}
      {tokens.loading && <div className="settings-pad"><Skeleton /></div>}
      {items?.length === 0 && (
        <EmptyState icon="key" title="You have no access tokens" text="A program sends one as “Authorization: Bearer …” in place of signing in." action={add} />
      )}
      {items && items.length > 0 && (
        <Rows
          label="Access tokens"
          rows={items}
          id={(token) => token.id}
          columns={[
            { title: "Title", cell: (token) => token.title },
            { title: "Role", cell: (token) => <Badge>{token.role}</Badge> },
            { title: "Projects", cell: (token) => (token.projects?.length ? token.projects.join(", ") : "all of yours") },
            { title: "Made", cell: (token) => <RelativeTime at={token.created_at} /> },
            { title: "Last used", cell: (token) => (token.last_used_at ? <RelativeTime at={token.last_used_at} /> : "never") },
            { title: "Expires", cell: (token) => <Expiry at={token.expires_at} /> },
            {
              title: "Actions",
              hideTitle: true,
              end: true,
              cell: (token) => (
                <Button kind="danger" size="small" aria-label={"Revoke " + token.title} onClick={() => setRevoking(token)}>
                  Revoke
                </Button>
              ),
            },
          ]}
        />
      )}
      {adding && <NewTokenDialog onClose={() => setAdding(false)} onMade={() => void tokens.reload()} />}
      {revoking && (
        <ConfirmDialog
          title={`Revoke ${revoking.title}?`}
          confirm="Revoke"
          danger
          onClose={() => setRevoking(null)}
          onConfirm={async () => {
            await send("DELETE", "/tokens/" + encodeURIComponent(revoking.id));
            await tokens.reload();
          }}
        >
          <p>Programs that use it are refused from now on.</p>
        </ConfirmDialog>
      )}
    </Card>
  );
}

function Expiry({ at }: { at?: string }) {
  if (!at) return <>never</>;
  return new Date(at).getTime() < Date.now() ? <Badge tone="error">expired</Badge> : <RelativeTime at={at} />;
}
