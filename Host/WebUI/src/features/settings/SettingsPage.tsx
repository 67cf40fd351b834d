// Everything about the person, the people and the host, each in its tab.
import { navigate } from "../../app/router";
import { useSession } from "../../app/session";
import { EmptyState, NotFound, Page, Tabs } from "../../ui";
import { AuditTab } from "./AuditTab";
import { ProfileTab } from "./ProfileTab";
import { ProjectsTab } from "./ProjectsTab";
import { SecretsTab } from "./SecretsTab";
import { SystemTab } from "./SystemTab";
import { TokensTab } from "./TokensTab";
import { UsersTab } from "./UsersTab";
import "./settings.css";

const TABS = [
  { id: "profile", title: "Profile", content: ProfileTab },
  { id: "tokens", title: "Access tokens", content: TokensTab },
  { id: "users", title: "People", content: UsersTab, admin: true },
  { id: "projects", title: "Projects", content: ProjectsTab },
  { id: "secrets", title: "Secrets", content: SecretsTab },
  { id: "audit", title: "Audit log", content: AuditTab, admin: true },
  { id: "system", title: "System", content: SystemTab },
];

const PANEL = "settings-panel";

export default function SettingsPage({ tab }: { tab: string }) {
  const { user } = useSession();
  const chosen = TABS.find((entry) => entry.id === tab);
  const shown = TABS.filter((entry) => !entry.admin || user.admin);
  const Content = chosen?.content;
  return (
    <Page
      title="Settings"
      name={chosen ? chosen.title + " · Settings" : "Settings"}
      tabs={
        <Tabs
          label="Settings"
          tabs={shown}
          value={tab}
          panel={PANEL}
          onChange={(id) => navigate("/settings/" + id)}
        />
      }
    >
      <div id={PANEL} role="tabpanel" aria-label={chosen?.title} className="settings-panel">
        {!Content ? (
          <NotFound what="settings page" back={{ to: "/settings/profile", title: "Go to your profile" }} />
        ) : chosen.admin && !user.admin ? (
          <EmptyState icon="lock" title={chosen.title + " is for admins of this host"} text="Ask one of them for what you need here." />
        ) : (
          <Content />
        )}
      </div>
    </Page>
  );
}
