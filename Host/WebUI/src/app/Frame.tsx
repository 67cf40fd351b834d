// What stays while pages change: the rail, the top bar, the offline bar, and what opens over the page.
import { useEffect, useState, type ReactNode } from "react";
import { CommandPalette } from "../features/search/CommandPalette";
import { useConnection } from "../api/events";
import { Icon } from "../ui";
import { useCommand } from "./commands";
import { KeysDialog } from "./KeysDialog";
import { navigate } from "./router";
import { places } from "./places";
import { Rail } from "./Rail";
import { useSession } from "./session";
import { setTheme } from "./theme";
import { TopBar } from "./TopBar";
import "./frame.css";

export function Frame({ children }: { children: ReactNode }) {
  const [palette, setPalette] = useState(false);
  const [keys, setKeys] = useState(false);
  const [drawer, setDrawer] = useState(false);
  const { signOut } = useSession();
  const offline = useConnection() === "offline";

  useCommand({ id: "palette", title: "Search and commands", keys: "mod+k", whileTyping: true, hidden: true, run: () => setPalette((open) => !open) });
  useCommand({ id: "search", title: "Search", keys: "/", hidden: true, run: searchHere(() => setPalette(true)) });
  useCommand({ id: "keys", title: "Show the keys", keys: "?", group: "Help", icon: "keyboard", run: () => setKeys(true) });
  useCommand({ id: "theme-light", title: "Theme: light", group: "Appearance", icon: "sun", run: () => setTheme("light") });
  useCommand({ id: "theme-dark", title: "Theme: dark", group: "Appearance", icon: "moon", run: () => setTheme("dark") });
  useCommand({ id: "theme-system", title: "Theme: as the system", group: "Appearance", icon: "settings", run: () => setTheme("system") });
  useCommand({ id: "sign-out", title: "Sign out", group: "Session", icon: "sign-out", run: () => void signOut() });

  return (
    <div className="app-frame">
      <a className="app-skip" href="#content" onClick={skip}>
        Skip to the content
      </a>
      {places.map((place) => (
        <GoTo key={place.to} {...place} />
      ))}
      <Rail open={drawer} close={() => setDrawer(false)} />
      <div className="app-main">
        <TopBar openSearch={() => setPalette(true)} openMenu={() => setDrawer(true)} openKeys={() => setKeys(true)} />
        {offline && <OfflineBar />}
        <main id="content" className="app-content" tabIndex={-1}>
          {children}
        </main>
      </div>
      {palette && <CommandPalette onClose={() => setPalette(false)} />}
      {keys && <KeysDialog onClose={() => setKeys(false)} />}
    </div>
  );
}

function skip(event: { preventDefault: () => void }) {
  event.preventDefault();
  document.getElementById("content")?.focus();
}

/** `/` goes to the page's own search field where it has one. */
function searchHere(otherwise: () => void) {
  return () => {
    const field = document.querySelector<HTMLElement>("#content input[type=search]");
    if (field) field.focus();
    else otherwise();
  };
}

function GoTo({ to, title, icon, letter }: { to: string; title: string; icon: string; letter: string }) {
  useCommand({ id: "go" + to, title: "Go to " + title, keys: "g " + letter, group: "Go to", icon, run: () => navigate(to) });
  return null;
}

function OfflineBar() {
  const [since] = useState(() => Date.now());
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = window.setInterval(() => setSeconds(Math.round((Date.now() - since) / 1000)), 1000);
    return () => window.clearInterval(timer);
  }, [since]);
  return (
    <div className="app-offline">
      <Icon name="warn" />
      <span role="status">The connection to the host is lost. What you see may be old; it resumes by itself.</span>
      <span aria-hidden>{seconds} s</span>
    </div>
  );
}
