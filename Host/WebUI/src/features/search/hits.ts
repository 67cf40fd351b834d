// What a search finds, each with its group, its words and its page. Models, evaluations and connections come from their
// own lists, which show what their pages show: the host's search does not know them.
import type { ConnectionEntry, EvaluationEntry, ModelSummary, SearchHit } from "../../api/types";
import { addresses } from "../../app/router";

export interface Hit {
  id: string;
  group: string;
  icon: string;
  title: string;
  detail: string;
  status?: string;
  address: string;
}

/** What one answer of each list holds; a list that could not be read is absent. */
export interface Lists {
  found?: SearchHit[];
  models?: ModelSummary[];
  evaluations?: EvaluationEntry[];
  connections?: ConnectionEntry[];
}

/** Enough to choose from; the list's own page has the rest. */
const mostOfAList = 6;

const kinds: Record<SearchHit["kind"], { group: string; icon: string; address: (name: string) => string }> = {
  pipeline: { group: "Pipelines", icon: "pipelines", address: addresses.pipeline },
  dataset: { group: "Datasets", icon: "datasets", address: addresses.dataset },
  run: { group: "Runs", icon: "runs", address: addresses.run },
  plugin: { group: "Plugins", icon: "plugins", address: addresses.plugin },
  component: { group: "Components", icon: "stage", address: componentAddress },
};

const groups = ["Pipelines", "Datasets", "Models", "Evaluations", "Connections", "Runs", "Plugins", "Components"];

export function hitsIn(lists: Lists, text: string): Hit[] {
  const hits = [
    ...(lists.found ?? []).map(hitOf),
    ...(lists.models ?? []).slice(0, mostOfAList).map(modelHit),
    ...fitting(lists.evaluations ?? [], text, evaluationWords).map(evaluationHit),
    ...fitting(lists.connections ?? [], text, (entry) => [entry.name, entry.use]).map(connectionHit),
  ];
  return groups.flatMap((group) => hits.filter((hit) => hit.group === group));
}

function hitOf(hit: SearchHit): Hit {
  const { group, icon, address } = kinds[hit.kind];
  const title = hit.title || hit.name;
  return {
    id: `${hit.kind}:${hit.name}`, group, icon, title, status: hit.status, address: address(hit.name),
    detail: words([title !== hit.name && hit.name, hit.project]),
  };
}

function modelHit(entry: ModelSummary): Hit {
  const aliases = Object.keys(entry.aliases).join(", ");
  return {
    id: `model:${entry.model}`, group: "Models", icon: "models", title: entry.model, address: addresses.model(entry.model),
    detail: words([`version ${entry.version}`, aliases, entry.project]),
  };
}

function evaluationHit(entry: EvaluationEntry): Hit {
  return {
    id: `evaluation:${entry.id}`, group: "Evaluations", icon: "evaluator", title: entry.title, address: addresses.evaluation(entry.id),
    detail: words([evaluatedModels(entry).join(", "), `${entry.pipeline}/${entry.node}`, `run ${entry.run.slice(-8)}`, entry.project]),
  };
}

function connectionHit(entry: ConnectionEntry): Hit {
  return {
    id: `connection:${entry.project}/${entry.name}`, group: "Connections", icon: "link", title: entry.name,
    address: addresses.connection(entry.project, entry.name), detail: words([entry.use, entry.project]),
  };
}

/** Those whose words hold every word of the text; names that begin with it come first, as in the host's search. */
function fitting<Entry>(entries: Entry[], text: string, wordsOf: (entry: Entry) => string[]): Entry[] {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return [];
  const fit = entries
    .map((entry) => ({ entry, hay: wordsOf(entry).join(" ").toLowerCase() }))
    .filter(({ hay }) => wanted.every((word) => hay.includes(word)));
  const begins = (hay: string) => hay.startsWith(wanted[0]);
  return [...fit.filter(({ hay }) => begins(hay)), ...fit.filter(({ hay }) => !begins(hay))].slice(0, mostOfAList).map(({ entry }) => entry);
}

function evaluationWords(entry: EvaluationEntry): string[] {
  return [entry.title, `${entry.pipeline}/${entry.node}`, ...evaluatedModels(entry), ...entry.datasets.map(({ dataset }) => dataset)];
}

function evaluatedModels(entry: EvaluationEntry): string[] {
  return entry.models.map(({ node, model, version }) => model === undefined ? node : version === undefined ? model : `${model}@${version}`);
}

function componentAddress(name: string): string {
  const [plugin, component] = name.split("/");
  return addresses.plugin(plugin) + (component ? "?component=" + encodeURIComponent(component) : "");
}

function words(parts: (string | false | undefined)[]): string {
  return parts.filter(Boolean).join(" · ");
}
