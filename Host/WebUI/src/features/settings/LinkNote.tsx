// A one-time sign-in link to hand over, and until when it works.
import type { UserWithLink } from "../../api/types";
import { RelativeTime } from "../../ui";
import { OnceSecret } from "./OnceSecret";

export function LinkNote({ link }: { link: UserWithLink }) {
  return (
    <>
      <OnceSecret
        what="link"
        text={new URL(link.link, window.location.origin).href}
        note={`Give it to ${link.user.title || link.user.name} on a way that you trust. Whoever opens it first chooses the password.`}
      />
      <p className="ui-help">
        It works once, and expires <RelativeTime at={link.expires_at} />. Older links of this person no longer work.
      </p>
    </>
  );
}
