// The thin bar above the page: project, search, notifications, the person.
import { useState } from "react";
import { NotificationsDrawer, useUnread } from "../features/notifications/NotificationsDrawer";
import { Avatar, IconButton, Icon, Kbd, Menu } from "../ui";
import { navigate } from "./router";
import { useSession } from "./session";
import { setTheme, useTheme } from "./theme";

interface TopBarProps {
  openSearch: () => void;
  openMenu: () => void;
  openKeys: () => void;
}

export function TopBar({ openSearch, openMenu, openKeys }: TopBarProps) {
  const [notifications, setNotifications] = useState(false);
  const unread = useUnread();
  return (
    <header className="app-top">
      <IconButton className="app-top-menu" icon="menu" label="All pages" onClick={openMenu} />
      <ProjectSwitch />
      <button type="button" className="app-search" onClick={openSearch}>
        <Icon name="search" />
        <span className="app-search-text">Search or run a command</span>
        <Kbd keys="mod+k" />
      </button>
      <div className="app-top-end">
        <IconButton icon="bell" label="Notifications" count={unread} onClick={() => setNotifications(true)} />
        <UserMenu openKeys={openKeys} />
      </div>
      {notifications && <NotificationsDrawer onClose={() => setNotifications(false)} />}
    </header>
  );
}

function ProjectSwitch() {
  const { projects, project, setProject, user } = useSession();
  const chosen = projects.find((entry) => entry.name === project);
  return (
    <Menu
      className="app-project"
      label="Project"
      icon="folder"
      text={chosen ? chosen.title || chosen.name : "All projects"}
      items={[
        { label: "All projects", checked: project === null, onSelect: () => setProject(null) },
        projects.length > 0 && "divider",
        ...projects.map((entry) => ({
          label: entry.title || entry.name,
          detail: entry.role,
          checked: entry.name === project,
          onSelect: () => setProject(entry.name),
        })),
        "divider",
        { label: user.admin ? "Manage projects" : "Projects and members", icon: "settings", onSelect: () => navigate("/settings/projects") },
      ]}
    />
  );
}

function UserMenu({ openKeys }: { openKeys: () => void }) {
  const { user, signOut } = useSession();
  const theme = useTheme();
  return (
    <Menu
      className="app-user"
      label={"Account of " + (user.title || user.name)}
      align="end"
      text={<Avatar name={user.title || user.name} />}
      items={[
        { heading: user.title ? `${user.title} (${user.name})` : user.name },
        { label: "Profile and password", icon: "user", onSelect: () => navigate("/settings/profile") },
        { label: "Access tokens", icon: "key", onSelect: () => navigate("/settings/tokens") },
        "divider",
        { heading: "Theme" },
        { label: "As the system", checked: theme === "system", onSelect: () => setTheme("system") },
        { label: "Light", checked: theme === "light", onSelect: () => setTheme("light") },
        { label: "Dark", checked: theme === "dark", onSelect: () => setTheme("dark") },
        "divider",
        { label: "Keys", icon: "keyboard", keys: "?", onSelect: openKeys },
        { label: "Sign out", icon: "sign-out", onSelect: () => void signOut() },
      ]}
    />
  );
}
