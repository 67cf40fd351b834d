// One column of a profile: figures at the left, its distribution as a histogram or as its most frequent values.
import { useMemo } from "react";
import type { ProfileColumn } from "../../api";
import { addresses, Link } from "../../app/router";
import { Chart, type ChartPoint, type ChartSpec, figure } from "../../charts";
import { Card, Figure } from "../../ui";
import { isLabel, share, valueText } from "./values";

const quantileNames: [string, string][] = [
  ["q05", "5%"], ["q25", "25%"], ["q50", "Median"], ["q75", "75%"], ["q95", "95%"],
];

export function ProfileCard({ dataset, column }: { dataset: string; column: ProfileColumn }) {
  const chart = useMemo(() => chartOf(column), [column]);
  const plain = isLabel(column.name, column.type);
  const quantiles = quantileNames.filter(([key]) => column.quantiles?.[key] !== undefined && column.quantiles[key] !== null);
  const nullFilter = encodeURIComponent(JSON.stringify({ [column.name]: "null" }));
  return (
    <Card title={column.name} subtitle={column.type} className="dataset-column">
      <dl className="dataset-figures">
        <div>
          <dt>Nulls</dt>
          <dd>
            {column.nulls > 0
              ? (
                <Link to={`${addresses.dataset(dataset)}?tab=preview&filter=${nullFilter}`}>
                  {share(column.nulls, column.rows)} · {figure(column.nulls)}
                </Link>
              )
              : "none"}
          </dd>
        </div>
        {typeof column.distinct === "number" && (
          <div><dt title="An estimate">Distinct, about</dt><dd><Figure value={column.distinct} /></dd></div>
        )}
        {given(column.min) && <div><dt>Least</dt><dd title={valueText(column.min, plain)}>{valueText(column.min, plain)}</dd></div>}
        {given(column.max) && <div><dt>Most</dt><dd title={valueText(column.max, plain)}>{valueText(column.max, plain)}</dd></div>}
        {typeof column.mean === "number" && <div><dt>Mean</dt><dd>{figure(column.mean)}</dd></div>}
        {typeof column.stddev === "number" && <div><dt>Std. deviation</dt><dd>{figure(column.stddev)}</dd></div>}
        {quantiles.map(([key, name]) => (
          <div key={key}><dt>{name}</dt><dd>{valueText(column.quantiles?.[key], plain)}</dd></div>
        ))}
      </dl>
      {column.rows > 0 && column.nulls > 0 && (
        <div
          className="dataset-null-bar"
          role="img"
          aria-label={`${share(column.nulls, column.rows)} of the rows have no value`}
        >
          <span style={{ width: `${(column.nulls / column.rows) * 100}%` }} />
        </div>
      )}
      {chart ? <Chart spec={chart} height={140} /> : <p className="dataset-quiet">No distribution for this type.</p>}
    </Card>
  );
}

function chartOf(column: ProfileColumn): ChartSpec | undefined {
  const bins = column.histogram ?? [];
  if (bins.length === 0) return undefined;
  const byValue = bins.every((bin) => bin.value !== undefined);
  // A bin of a histogram is named by where it begins: its width is read from the next one.
  const points = bins.map((bin): ChartPoint => {
    const x = byValue ? bin.value : bin.from;
    return [!byValue && typeof x === "number" ? x : valueText(x), bin.count];
  });
  const numbers = points.every(([x]) => typeof x === "number");
  const last = bins[bins.length - 1]?.to;
  if (!byValue && numbers && typeof last === "number") points.push([last, 0]);
  return {
    title: byValue ? "Most frequent values" : "Distribution",
    type: byValue || !numbers ? "bar" : "histogram",
    x: { label: column.name },
    y: { label: "rows" },
    series: [{ name: "rows", points }],
  };
}

function given(value: unknown): boolean {
  return value !== undefined && value !== null;
}
