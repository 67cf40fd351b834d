// Where the person is: the address bar is the only state, links are real links, and back always works.
import {
  useCallback,
  useMemo,
  useSyncExternalStore,
  type AnchorHTMLAttributes,
  type MouseEvent,
  type ReactNode,
} from "react";

export interface Location {
  path: string;
  query: URLSearchParams;
  hash: string;
  /** Path, query and hash as one. */
  href: string;
}

const watchers = new Set<() => void>();
let current = read();

function read(): Location {
  if (typeof window === "undefined") return parse("/");
  return parse(window.location.pathname + window.location.search + window.location.hash);
}

export function parse(href: string): Location {
  const hashAt = href.indexOf("#");
  const hash = hashAt < 0 ? "" : href.slice(hashAt);
  const rest = hashAt < 0 ? href : href.slice(0, hashAt);
  const queryAt = rest.indexOf("?");
  const path = queryAt < 0 ? rest : rest.slice(0, queryAt);
  return { path: path || "/", query: new URLSearchParams(queryAt < 0 ? "" : rest.slice(queryAt)), hash, href };
}

function changed() {
  current = read();
  watchers.forEach((watcher) => watcher());
}

if (typeof window !== "undefined") window.addEventListener("popstate", changed);

export function navigate(to: string, options: { replace?: boolean } = {}) {
  const leaving = parse(new URL(to, window.location.href).href.slice(window.location.origin.length));
  if (options.replace) window.history.replaceState(null, "", to);
  else if (leaving.href !== current.href) window.history.pushState(null, "", to);
  changed();
}

export function useLocation(): Location {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => current,
    () => current,
  );
}

/** One word of the address's query; the default leaves no trace in it. Changing it replaces the address. */
export function useQueryState(
  name: string,
  fallback = "",
  options: { push?: boolean } = {},
): [string, (value: string | null) => void] {
  const { query } = useLocation();
  const push = options.push ?? false;
  const set = useCallback(
    (value: string | null) => {
      const next = new URLSearchParams(current.query);
      if (value === null || value === fallback || value === "") next.delete(name);
      else next.set(name, value);
      const text = next.toString();
      navigate(current.path + (text ? "?" + text : "") + current.hash, { replace: !push });
    },
    [name, fallback, push],
  );
  return [query.get(name) ?? fallback, set];
}

/** `/runs/:run` against `/runs/abc` gives {run: "abc"}; null where it doesn't fit. Segments are percent-decoded. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split("/").filter(Boolean);
  const given = path.split("/").filter(Boolean);
  if (wanted.length !== given.length) return null;
  const found: Record<string, string> = {};
  for (let i = 0; i < wanted.length; i++) {
    if (wanted[i].startsWith(":")) {
      try {
        found[wanted[i].slice(1)] = decodeURIComponent(given[i]);
      } catch {
        return null;
      }
    } else if (wanted[i] !== given[i]) return null;
  }
  return found;
}

interface LinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  to: string;
  replace?: boolean;
  children?: ReactNode;
}

/** A real link: middle click, copying and the keyboard do what they do everywhere. */
export function Link({ to, replace, onClick, children, ...rest }: LinkProps) {
  const click = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (event.defaultPrevented || !plain || rest.target) return;
    event.preventDefault();
    navigate(to, { replace });
  };
  return (
    <a href={to} onClick={click} {...rest}>
      {children}
    </a>
  );
}

/** The addresses of things, written once. */
export const addresses = {
  pipeline: (name: string) => "/pipelines/" + encodeURIComponent(name),
  run: (id: string) => "/runs/" + encodeURIComponent(id),
  dataset: (name: string) => "/datasets/" + encodeURIComponent(name),
  model: (name: string) => "/models/" + encodeURIComponent(name),
  evaluation: (id: number | string) => "/evaluations/" + encodeURIComponent(id),
  connection: (project: string, name: string) => `/connections/${encodeURIComponent(project)}/${encodeURIComponent(name)}`,
  plugin: (name: string) => "/plugins/" + encodeURIComponent(name),
  playground: (project: string, model: string) => `/playground?project=${encodeURIComponent(project)}&model=${encodeURIComponent(model)}`,
  problem: (code: string) => "/problems/" + encodeURIComponent(code),
  signIn: (back: string) => "/sign-in" + (back && back !== "/" ? "?return=" + encodeURIComponent(back) : ""),
};

/** The page of a comment's or notification's subject: `pipeline:NAME#NODE`, `run:ID`, `dataset:NAME`. */
export function addressOfSubject(subject: string): string | null {
  const found = /^(pipeline|run|dataset|plugin):([^#]+)(?:#(.+))?$/.exec(subject);
  if (!found) return null;
  const [, kind, name, node] = found;
  const page = addresses[kind as "pipeline" | "run" | "dataset" | "plugin"](name);
  return node ? page + "?node=" + encodeURIComponent(node) : page;
}

/** The values of a query as a stable object. */
export function useQuery(names: string[]): Record<string, string> {
  const { query } = useLocation();
  const text = query.toString();
  const key = names.join(",");
  return useMemo(() => {
    const all = new URLSearchParams(text);
    return Object.fromEntries(key.split(",").map((name) => [name, all.get(name) ?? ""]));
  }, [text, key]);
}
