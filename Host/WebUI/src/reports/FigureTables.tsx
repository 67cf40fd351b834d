// Figures with their intervals, and two sets of them side by side.
import type { Figure, FigureComparison, FigurePair } from "../api";
import { type Column, SimpleTable } from "../table";
import { Badge } from "../ui";
import { differenceText, figureName, figureText, headline, intervalText, verdictOf } from "./figures";

const columns: Column<Figure>[] = [
  { key: "name", title: "Figure", value: (row) => figureName(row.name) },
  { key: "value", title: "Value", kind: "figure", value: figureText },
  { key: "interval", title: "Interval", kind: "figure", value: (row) => intervalText(row) || undefined },
  { key: "n", title: "Rows", kind: "figure" },
  { key: "better", title: "Better is", value: (row) => row.better },
  { key: "node", title: "Node" },
];

export function FigureTable({ label, figures }: { label: string; figures: Figure[] }) {
  return <SimpleTable label={label} columns={columns} rows={figures} rowKey={(row) => `${row.node} ${row.name}`} />;
}

/** `named` says what the two are, where the host's words for them are bare numbers. */
export function FigureComparisonTable({ comparison, named = (word) => word }: { comparison: FigureComparison; named?: (word: string) => string }) {
  const { figures } = comparison;
  const [first, second] = [named(comparison.first), named(comparison.second)];
  const compared: Column<FigurePair>[] = [
    { key: "name", title: "Figure", value: (row) => figureName(row.name) },
    { key: "first", title: first, kind: "figure", render: (row) => <WithInterval given={row.first} /> },
    { key: "second", title: second, kind: "figure", render: (row) => <WithInterval given={row.second} /> },
    { key: "difference", title: "Difference", kind: "figure", value: differenceText },
    { key: "verdict", title: `${second} is`, render: (row) => <Verdict pair={row} /> },
    { key: "node", title: "Node" },
  ];
  return <SimpleTable label={`${first} and ${second}`} columns={compared} rows={figures} rowKey={(row) => `${row.node} ${row.name}`} />;
}

function WithInterval({ given }: { given?: Figure }) {
  const interval = intervalText(given);
  return <>{figureText(given)}{interval && <span className="report-interval">{interval}</span>}</>;
}

function Verdict({ pair }: { pair: FigurePair }) {
  const verdict = verdictOf(pair);
  if (!verdict) return <span title="Intervals or the direction are missing">not judged</span>;
  return <Badge tone={verdict.tone} icon={verdict.icon}>{verdict.words}</Badge>;
}

/** The most telling ones in a line of a list. */
export function Headline({ figures }: { figures: Figure[] }) {
  if (figures.length === 0) return <>–</>;
  return <>{headline(figures).map((entry) => `${figureName(entry.name)} ${figureText(entry)}`).join(" · ")}</>;
}
