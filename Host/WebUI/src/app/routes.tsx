// The pages, each loaded when it is first opened.
import { lazy, type ComponentType, type LazyExoticComponent } from "react";
import { match, type Location } from "./router";

type Params = Record<string, string>;
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type PageComponent = LazyExoticComponent<ComponentType<any>>;

export interface Route {
  pattern: string;
  page: PageComponent;
  props?: (params: Params) => object;
  /** Outside the frame, for people who aren't signed in. */
  open?: boolean;
}

const PipelinesPage = lazy(() => import("../features/pipelines/PipelinesPage"));
const DesignerPage = lazy(() => import("../features/designer/DesignerPage"));
const TemplatesPage = lazy(() => import("../features/templates/TemplatesPage"));
const RunsPage = lazy(() => import("../features/runs/RunsPage"));
const RunPage = lazy(() => import("../features/runs/RunPage"));
const ComparePage = lazy(() => import("../features/runs/ComparePage"));
const DatasetsPage = lazy(() => import("../features/datasets/DatasetsPage"));
const DatasetPage = lazy(() => import("../features/datasets/DatasetPage"));
const QualityPage = lazy(() => import("../features/quality/QualityPage"));
const ModelsPage = lazy(() => import("../features/models/ModelsPage"));
const ModelPage = lazy(() => import("../features/models/ModelPage"));
const EvaluationsPage = lazy(() => import("../features/evaluations/EvaluationsPage"));
const EvaluationPage = lazy(() => import("../features/evaluations/EvaluationPage"));
const ConnectionsPage = lazy(() => import("../features/connections/ConnectionsPage"));
const NewConnectionPage = lazy(() => import("../features/connections/NewConnectionPage"));
const ConnectionPage = lazy(() => import("../features/connections/ConnectionPage"));
const PlaygroundPage = lazy(() => import("../features/playground/PlaygroundPage"));
const PluginsPage = lazy(() => import("../features/plugins/PluginsPage"));
const PluginPage = lazy(() => import("../features/plugins/PluginPage"));
const UploadPage = lazy(() => import("../features/uploads/UploadPage"));
const HomePage = lazy(() => import("../features/home/HomePage"));
const SettingsPage = lazy(() => import("../features/settings/SettingsPage"));
const ProblemPage = lazy(() => import("../features/problems/ProblemPage"));
const SignInPage = lazy(() => import("../features/session/SignInPage"));
const WelcomePage = lazy(() => import("../features/session/WelcomePage"));

/** The first that fits counts. */
export const routes: Route[] = [
  { pattern: "/", page: HomePage },
  { pattern: "/pipelines", page: PipelinesPage },
  { pattern: "/pipelines/new", page: DesignerPage, props: () => ({}) },
  { pattern: "/pipelines/:pipeline", page: DesignerPage },
  { pattern: "/templates", page: TemplatesPage },
  { pattern: "/runs", page: RunsPage },
  { pattern: "/runs/compare", page: ComparePage },
  { pattern: "/runs/:run", page: RunPage },
  { pattern: "/datasets", page: DatasetsPage },
  { pattern: "/datasets/upload", page: UploadPage },
  { pattern: "/datasets/:dataset", page: DatasetPage },
  { pattern: "/quality", page: QualityPage },
  { pattern: "/models", page: ModelsPage },
  { pattern: "/models/:model", page: ModelPage },
  { pattern: "/evaluations", page: EvaluationsPage },
  { pattern: "/evaluations/:evaluation", page: EvaluationPage },
  { pattern: "/connections", page: ConnectionsPage },
  { pattern: "/connections/new", page: NewConnectionPage },
  { pattern: "/connections/:project/:connection", page: ConnectionPage },
  { pattern: "/playground", page: PlaygroundPage },
  { pattern: "/plugins", page: PluginsPage },
  { pattern: "/plugins/:plugin", page: PluginPage },
  { pattern: "/settings", page: SettingsPage, props: () => ({ tab: "profile" }) },
  { pattern: "/settings/:tab", page: SettingsPage },
  { pattern: "/problems/:code", page: ProblemPage, open: true },
  { pattern: "/sign-in", page: SignInPage, open: true },
  { pattern: "/welcome", page: WelcomePage, open: true },
];

export interface Found {
  route: Route;
  props: object;
  /** The same key keeps the page and its state. */
  key: string;
}

export function find(location: Location): Found | null {
  for (const route of routes) {
    const params = match(route.pattern, location.path);
    if (!params) continue;
    const things = Object.entries(params).filter(([name]) => name !== "tab");
    return { route, props: route.props?.(params) ?? params, key: route.page === SettingsPage ? "settings" : route.pattern + JSON.stringify(things) };
  }
  return null;
}
