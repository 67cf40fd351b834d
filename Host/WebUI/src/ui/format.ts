// How numbers, sizes, times and spans are written.
const plain = new Intl.NumberFormat("en-US", { maximumFractionDigits: 3 });
const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "not a number" : value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e15)) return value.toExponential(2).replace("-", "−").replace("e+", "e");
  return plain.format(value).replace("-", "−");
}

export function formatCompact(value: number): string {
  return Math.abs(value) < 10000 ? formatNumber(value) : short.format(value).replace("-", "−");
}

const SIZES = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

export function formatBytes(bytes: number): string {
  let size = bytes;
  let step = 0;
  while (Math.abs(size) >= 1024 && step < SIZES.length - 1) {
    size /= 1024;
    step++;
  }
  const digits = step === 0 || Math.abs(size) >= 100 ? 0 : 1;
  return size.toFixed(digits) + " " + SIZES[step];
}

export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return "–";
  if (seconds < 0.001) return Math.round(seconds * 1e6) + " µs";
  if (seconds < 1) return Math.round(seconds * 1000) + " ms";
  if (seconds < 9.95) return seconds.toFixed(1) + " s";
  if (seconds < 59.5) return Math.round(seconds) + " s";
  const whole = Math.round(seconds);
  const [days, hours, minutes] = [Math.floor(whole / 86400), Math.floor(whole / 3600) % 24, Math.floor(whole / 60) % 60];
  if (days > 0) return days + " d" + (hours ? ` ${hours} h` : "");
  if (hours > 0) return hours + " h" + (minutes ? ` ${minutes} min` : "");
  const rest = whole % 60;
  return minutes + " min" + (rest ? ` ${rest} s` : "");
}

const STEPS: [number, Intl.RelativeTimeFormatUnit][] = [
  [60, "second"],
  [3600, "minute"],
  [86400, "hour"],
  [86400 * 30, "day"],
  [86400 * 365, "month"],
  [Infinity, "year"],
];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });
const DIVISORS: Partial<Record<Intl.RelativeTimeFormatUnit, number>> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86400,
  month: 86400 * 30,
  year: 86400 * 365,
};

export function formatRelative(at: string | number | Date, now = Date.now()): string {
  const seconds = (new Date(at).getTime() - now) / 1000;
  if (Number.isNaN(seconds)) return String(at);
  if (Math.abs(seconds) < 5) return "now";
  const unit = STEPS.find(([limit]) => Math.abs(seconds) < limit)?.[1] ?? "year";
  return relative.format(Math.trunc(seconds / (DIVISORS[unit] ?? 1)), unit).replace(/(\d+) sec\.?/, "$1 s").replace(/\./g, "");
}

const exact = new Intl.DateTimeFormat("en-GB", {
  year: "numeric",
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "short",
});

export function formatExact(at: string | number | Date): string {
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? String(at) : exact.format(time);
}

export function plural(count: number, one: string, many = one + "s"): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}
