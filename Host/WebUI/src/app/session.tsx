// Who is signed in, what they may do in which project, and which project the pages show.
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { ApiProblem, asProblem } from "../api/problem";
import { followEvents, stopEvents } from "../api/events";
import { send, setCSRFToken, whenSignedOut } from "../api/http";
import { forgetEverything, useResource } from "../api/resource";
import type { Project, Projects, Role, SessionView, User } from "../api/types";
import { addresses, navigate, useLocation } from "./router";
import { loadPreferences } from "./preferences";

const ORDER: Role[] = ["viewer", "editor", "operator", "admin"];

export interface Session {
  /** Pages behind the sign-in always have a user. */
  user: User;
  roles: Record<string, Role>;
  projects: Project[];
  /** The chosen project; null shows all. */
  project: string | null;
  setProject: (project: string | null) => void;
  /** Whether the person has this role or more; without a project: in the chosen one, or in any. */
  can: (role: Role, project?: string | null) => boolean;
  /** Why not, for the tooltip of a disabled action; undefined where they can. */
  why: (role: Role, project?: string | null) => string | undefined;
  refresh: () => Promise<void>;
  signOut: () => Promise<void>;
}

export type SessionState =
  | { phase: "loading" }
  | { phase: "out" }
  | { phase: "failed"; problem: ApiProblem; retry: () => void }
  | { phase: "in"; session: Session };

const SessionContext = createContext<SessionState>({ phase: "loading" });
const StartContext = createContext<(view: SessionView) => void>(() => undefined);

export function mayAct(role: Role, wanted: Role): boolean {
  return ORDER.indexOf(role) >= ORDER.indexOf(wanted);
}

export function SessionProvider({ children }: { children: ReactNode }) {
  const [view, setView] = useState<SessionView | null | undefined>(undefined);
  const [problem, setProblem] = useState<ApiProblem | null>(null);

  const start = useCallback((next: SessionView) => {
    setCSRFToken(next.csrf);
    setProblem(null);
    setView(next);
    followEvents();
    void loadPreferences();
  }, []);

  const end = useCallback(() => {
    setCSRFToken("");
    stopEvents();
    forgetEverything();
    setView(null);
  }, []);

  const refresh = useCallback(async () => {
    try {
      start((await send<SessionView>("GET", "/session")).data);
    } catch (thrown) {
      const found = asProblem(thrown);
      if (found.status === 401) end();
      else setProblem(found);
    }
  }, [start, end]);

  useEffect(() => {
    whenSignedOut(end);
    void refresh();
  }, [end, refresh]);

  return (
    <StartContext.Provider value={start}>
      {view ? (
        <SignedIn view={view} refresh={refresh} end={end}>
          {children}
        </SignedIn>
      ) : (
        <SessionContext.Provider
          value={
            problem
              ? { phase: "failed", problem, retry: () => void refresh() }
              : { phase: view === undefined ? "loading" : "out" }
          }
        >
          {children}
        </SessionContext.Provider>
      )}
    </StartContext.Provider>
  );
}

interface SignedInProps {
  view: SessionView;
  refresh: () => Promise<void>;
  end: () => void;
  children: ReactNode;
}

const CHOSEN = "ote.project";

function SignedIn({ view, refresh, end, children }: SignedInProps) {
  const projects = useResource<Projects>("/projects", undefined, { on: (event) => event.type.startsWith("project.") });
  const [chosen, setChosen] = useState<string | null>(() => window.localStorage.getItem(CHOSEN));
  const list = useMemo(() => projects.data?.items ?? [], [projects.data]);

  const session = useMemo<Session>(() => {
    const { user, roles } = view;
    const known = list.length === 0 || list.some((project) => project.name === chosen);
    const project = known ? chosen : null;
    const can = (role: Role, where?: string | null) => {
      if (user.admin) return true;
      const place = where ?? project;
      if (place) return roles[place] !== undefined && mayAct(roles[place], role);
      return Object.values(roles).some((mine) => mayAct(mine, role));
    };
    return {
      user,
      roles: roles as Record<string, Role>,
      projects: list,
      project,
      setProject: (next) => {
        if (next === null) window.localStorage.removeItem(CHOSEN);
        else window.localStorage.setItem(CHOSEN, next);
        setChosen(next);
      },
      can,
      why: (role, where) => {
        if (can(role, where)) return undefined;
        const place = where ?? project;
        const mine = place ? roles[place] : undefined;
        return mine
          ? `This needs the role ${role} in ${place}; yours is ${mine}.`
          : `This needs the role ${role}${place ? " in " + place : ""}.`;
      },
      refresh,
      signOut: async () => {
        try {
          await send("DELETE", "/session");
        } finally {
          end();
          navigate("/sign-in", { replace: true });
        }
      },
    };
  }, [view, list, chosen, refresh, end]);

  return <SessionContext.Provider value={{ phase: "in", session }}>{children}</SessionContext.Provider>;
}

export function useSessionState(): SessionState {
  return useContext(SessionContext);
}

/** For pages behind the sign-in. */
export function useSession(): Session {
  const state = useContext(SessionContext);
  if (state.phase !== "in") throw new Error("This page needs somebody signed in.");
  return state.session;
}

/** For the sign-in pages: what the server answered becomes the session. */
export function useStartSession(): (view: SessionView) => void {
  return useContext(StartContext);
}

/** Sends to the sign-in page, keeping the address. */
export function SignInRedirect() {
  const { href } = useLocation();
  useEffect(() => navigate(addresses.signIn(href), { replace: true }), [href]);
  return null;
}
