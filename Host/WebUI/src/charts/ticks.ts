// Where the ticks of an axis stand: round numbers, or round moments of the person's own clock.

export interface Ticks {
  values: number[];
  step: number;
}

/** Ticks at 1, 2 or 5 times a power of ten, about `count` of them, within the limits. */
export function niceTicks(low: number, high: number, count: number): Ticks {
  if (!(high > low)) return { values: [low], step: 1 };
  const step = niceStep((high - low) / Math.max(1, count));
  const values: number[] = [];
  // Counting whole steps keeps 0.1 + 0.2 out of the picture.
  for (let at = Math.ceil(low / step - 1e-9); at * step <= high + step * 1e-9; at += 1) values.push(at * step);
  return { values, step };
}

/** Limits widened to whole ticks. */
export function niceLimits(low: number, high: number, count: number): [number, number] {
  if (!(high > low)) {
    const room = low === 0 ? 1 : Math.abs(low) * 0.1;
    return [low - (low === 0 ? 0 : room), high + room];
  }
  const step = niceStep((high - low) / Math.max(1, count));
  return [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step];
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  // A third of 0.6 is a little more than 0.2, which must not make the step 0.5.
  const part = rough / power - 1e-9;
  return (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10) * power;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const timeSteps = [
  10, 50, 100, 200, 500, second, 2 * second, 5 * second, 10 * second, 15 * second, 30 * second, minute, 2 * minute,
  5 * minute, 10 * minute, 15 * minute, 30 * minute, hour, 2 * hour, 3 * hour, 6 * hour, 12 * hour, day, 2 * day,
  7 * day, 14 * day,
];

export function timeTicks(low: number, high: number, count: number): Ticks {
  const rough = (high - low) / Math.max(1, count);
  const step = timeSteps.find((candidate) => candidate >= rough);
  if (step === undefined) return monthTicks(low, high, rough);
  const values: number[] = [];
  // From the local midnight, so that ticks fall on whole hours of the person's clock.
  const midnight = new Date(low);
  midnight.setHours(0, 0, 0, 0);
  const start = midnight.getTime();
  for (let at = Math.ceil((low - start) / step); start + at * step <= high; at += 1) values.push(start + at * step);
  return { values, step };
}

function monthTicks(low: number, high: number, rough: number): Ticks {
  const months = [1, 2, 3, 6, 12, 24, 60, 120].find((count) => count * 30 * day >= rough) ?? 240;
  const values: number[] = [];
  const at = new Date(low);
  at.setHours(0, 0, 0, 0);
  at.setDate(1);
  at.setMonth(Math.ceil(at.getMonth() / months) * months);
  for (; at.getTime() <= high; at.setMonth(at.getMonth() + months)) if (at.getTime() >= low) values.push(at.getTime());
  return { values, step: months * 30 * day };
}

export function timeTickText(at: number, step: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (step < second) return `${clock}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, "0")}`;
  if (step < minute) return `${clock}:${two(date.getSeconds())}`;
  if (step < day) return date.getHours() + date.getMinutes() === 0 ? dayText(date) : clock;
  if (step < 28 * day) return dayText(date);
  const month = date.toLocaleDateString("en", { month: "short" });
  return step >= 360 * day ? String(date.getFullYear()) : `${month} ${date.getFullYear()}`;
}

function dayText(date: Date): string {
  return date.toLocaleDateString("en", { day: "numeric", month: "short" });
}

export function exactTime(at: number): string {
  return new Date(at).toLocaleString("en-GB", {
    day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit",
  });
}
