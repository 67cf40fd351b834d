// The main pages, in the rail's order, with the letter after `g`.
export interface Place {
  to: string;
  title: string;
  icon: string;
  letter: string;
}

export const places: Place[] = [
  { to: "/", title: "Home", icon: "home", letter: "h" },
  { to: "/pipelines", title: "Pipelines", icon: "pipelines", letter: "p" },
  { to: "/runs", title: "Runs", icon: "runs", letter: "r" },
  { to: "/datasets", title: "Datasets", icon: "datasets", letter: "d" },
  { to: "/quality", title: "Quality", icon: "quality", letter: "q" },
  { to: "/models", title: "Models", icon: "models", letter: "m" },
  { to: "/evaluations", title: "Evaluations", icon: "evaluator", letter: "e" },
  { to: "/playground", title: "Playground", icon: "bolt", letter: "y" },
  { to: "/connections", title: "Connections", icon: "link", letter: "c" },
  { to: "/plugins", title: "Plugins", icon: "plugins", letter: "l" },
  { to: "/settings", title: "Settings", icon: "settings", letter: "s" },
];

export function isAt(place: Place, path: string): boolean {
  if (place.to === "/") return path === "/";
  if (place.to === "/pipelines" && path.startsWith("/templates")) return true;
  return path === place.to || path.startsWith(place.to + "/");
}
