// How a figure reads: with separators and its unit in full, or short on an axis.

const full = new Intl.NumberFormat("en", { maximumSignificantDigits: 6 });
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const byteUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

export function figure(value: number | null | undefined, unit?: string): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "missing";
  if (unit === "bytes" || unit === "B") return bytes(value);
  if (unit === "bytes/s") return `${bytes(value)}/s`;
  if (unit === "seconds" || unit === "s") return seconds(value);
  // A p-value of twenty zeros is not read, and hardly counted.
  const tiny = value !== 0 && Math.abs(value) < 1e-9;
  const text = tiny ? Number(value.toPrecision(6)).toExponential() : Number.isInteger(value) ? whole.format(value) : full.format(value);
  if (!unit || unit === "1") return text;
  return unit === "%" ? `${text}%` : `${text} ${unit}`;
}

/** An estimate as it is read: three digits that matter, all of a larger whole part. The exact figure belongs on hover. */
export function rounded(value: number | null | undefined, unit?: string): string {
  if (value === null || value === undefined || !Number.isFinite(value) || Number.isInteger(value)) return figure(value, unit);
  const digits = Math.max(3, Math.floor(Math.log10(Math.abs(value))) + 1);
  const short = Number(value.toPrecision(Math.min(digits, 21)));
  // 0.9997 is not 1, and 0.0002 short of 7 is not 7.
  return figure(Number.isInteger(short) && digits === 3 ? value : short, unit);
}

/** A tick's text; `step` says how many decimals tell neighbours apart. */
export function tickText(value: number, step: number, unit?: string): string {
  if (unit === "bytes" || unit === "B" || unit === "bytes/s") return bytes(value);
  if (unit === "seconds" || unit === "s") return step >= 60 ? seconds(value) : short(value, step);
  return short(value, step);
}

function short(value: number, step: number): string {
  const size = Math.abs(value);
  const scales: [number, string][] = [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e4, "k"]];
  for (const [from, letter] of scales) {
    if (size < from) continue;
    const by = letter === "k" ? 1e3 : from;
    return `${decimals(value / by, step / by)}${letter}`;
  }
  return decimals(value, step);
}

function decimals(value: number, step: number): string {
  const digits = Math.max(0, Math.min(12, -Math.floor(Math.log10(step) + 1e-9)));
  const text = value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return /^-0(\.0*)?$/.test(text) ? text.slice(1) : text;
}

export function bytes(value: number): string {
  let at = 0;
  let rest = value;
  while (Math.abs(rest) >= 1024 && at < byteUnits.length - 1) {
    rest /= 1024;
    at += 1;
  }
  const digits = at === 0 || Math.abs(rest) >= 100 ? 0 : Math.abs(rest) >= 10 ? 1 : 2;
  return `${Number(rest.toFixed(digits))} ${byteUnits[at]}`;
}

export function seconds(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return "0 s";
  if (size < 0.001) return `${full.format(value * 1e6)} µs`;
  if (size < 1) return `${Number((value * 1000).toPrecision(3))} ms`;
  if (size < 60) return `${Number(value.toFixed(size < 10 ? 2 : 1))} s`;
  const total = Math.round(size);
  const parts: [number, string][] = [
    [Math.floor(total / 86400), "d"], [Math.floor(total / 3600) % 24, "h"],
    [Math.floor(total / 60) % 60, "min"], [total % 60, "s"],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return parts.slice(first, first + 2).filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`).join(" ");
}
