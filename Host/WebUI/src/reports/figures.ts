// Figures of models and evaluations in words: value, interval, and what a comparison shows.
import type { Figure, FigurePair } from "../api";
import { rounded } from "../charts";
import type { Tone } from "../ui";

export function figureName(name: string): string {
  return name.replace(/_/g, " ");
}

/** Never a made-up score: what is not there is called missing. */
export function figureText(given: Figure | undefined): string {
  return given === undefined ? "absent" : rounded(given.value, given.value === undefined ? undefined : given.unit);
}

export function intervalText(given: Figure | undefined): string {
  if (given?.interval?.length !== 2) return "";
  const [low, high] = given.interval;
  return `${rounded(low)} to ${rounded(high, given.unit)}`;
}

export function differenceText(pair: FigurePair): string {
  if (pair.difference === undefined) return "–";
  return (pair.difference > 0 ? "+" : "") + rounded(pair.difference, pair.unit);
}

const verdicts: Record<string, { tone: Tone; words: string; icon: string }> = {
  better: { tone: "ok", words: "Better", icon: "arrow-up" },
  worse: { tone: "error", words: "Worse", icon: "arrow-down" },
  "no difference shown": { tone: "neutral", words: "No difference shown", icon: "minus" },
};

export function verdictOf(pair: FigurePair): { tone: Tone; words: string; icon: string } | undefined {
  return pair.verdict === undefined ? undefined : verdicts[pair.verdict] ?? { tone: "neutral", words: pair.verdict, icon: "circle" };
}

/** The figures a list has room for: judged ones first, counts of rows after them. */
export function headline(figures: Figure[], most = 3): Figure[] {
  const judged = figures.filter((entry) => entry.interval || entry.better === "higher");
  return [...judged, ...figures.filter((entry) => !judged.includes(entry))].slice(0, most);
}
