// The marks within a line: code, emphasis, links. A link goes to http, https, mailto or a page of ours, or is no link.
export type Inline =
  | { kind: "text"; text: string }
  | { kind: "code"; text: string }
  | { kind: "strong" | "em"; parts: Inline[] }
  | { kind: "link"; to: string; parts: Inline[] }
  | { kind: "break" };

const DEEPEST = 6;
/** How far an opening mark looks for its end, so that hostile text stays linear. */
const REACH = 2000;

export function safeAddress(given: string): string | null {
  // Browsers drop control characters inside a scheme; so does this, before it judges.
  // eslint-disable-next-line no-control-regex
  const to = given.trim().replace(/[\u0000-\u0020]+/g, "");
  if (/^(https?:\/\/|mailto:)/i.test(to)) return to;
  // "//host" and "/\host" would leave this site.
  if (/^\/(?![/\\])/.test(to)) return to;
  return null;
}

export function parseInline(text: string, depth = 0): Inline[] {
  const out: Inline[] = [];
  let plain = "";
  const flush = () => {
    if (plain) out.push({ kind: "text", text: plain });
    plain = "";
  };
  let at = 0;
  while (at < text.length) {
    const found = depth < DEEPEST ? markAt(text, at, depth) : null;
    if (found) {
      flush();
      if (found.part) out.push(found.part);
      at = found.end;
    } else if (text[at] === "\\" && /[\\`*_{}[\]()#+\-.!|<>~]/.test(text[at + 1] ?? "")) {
      plain += text[at + 1];
      at += 2;
    } else if (text.startsWith("  \n", at)) {
      flush();
      out.push({ kind: "break" });
      at += 3;
    } else {
      plain += text[at] === "\n" ? " " : text[at];
      at++;
    }
  }
  flush();
  return out;
}

interface Found {
  part?: Inline;
  end: number;
}

function markAt(text: string, at: number, depth: number): Found | null {
  const mark = text[at];
  if (mark === "`") return codeAt(text, at);
  if (mark === "*" || mark === "_") return emphasisAt(text, at, depth);
  if (mark === "[") return linkAt(text, at, depth);
  if (mark === "!" && text[at + 1] === "[") {
    // A picture from elsewhere would tell its server who reads this; its words are enough.
    const found = linkAt(text, at + 1, depth);
    return found?.part?.kind === "link" ? { part: { kind: "em", parts: found.part.parts }, end: found.end } : null;
  }
  if (mark === "<" || mark === "h") return bareLinkAt(text, at);
  return null;
}

function codeAt(text: string, at: number): Found | null {
  let fence = 1;
  while (text[at + fence] === "`") fence++;
  const close = text.slice(at + fence, at + fence + REACH).indexOf("`".repeat(fence));
  if (close < 0) return { part: { kind: "text", text: text.slice(at, at + fence) }, end: at + fence };
  return { part: { kind: "code", text: text.slice(at + fence, at + fence + close).replace(/\n/g, " ").trim() }, end: at + 2 * fence + close };
}

function emphasisAt(text: string, at: number, depth: number): Found | null {
  const mark = text[at];
  const double = text[at + 1] === mark;
  const open = double ? mark + mark : mark;
  const start = at + open.length;
  // snake_case is a name, not emphasis.
  if (mark === "_" && /\w/.test(text[at - 1] ?? "")) return null;
  if (/\s/.test(text[start] ?? " ")) return null;
  const window = text.slice(start, start + REACH);
  let close = window.indexOf(open);
  while (close >= 0) {
    const after = window[close + open.length] ?? "";
    const single = double || (after !== mark && window[close - 1] !== mark);
    if (close > 0 && single && !/\s/.test(window[close - 1]) && !(mark === "_" && /\w/.test(after))) break;
    close = window.indexOf(open, close + (single ? 1 : 2));
  }
  if (close < 0) return null;
  return { part: { kind: double ? "strong" : "em", parts: parseInline(window.slice(0, close), depth + 1) }, end: start + close + open.length };
}

function linkAt(text: string, at: number, depth: number): Found | null {
  const window = text.slice(at + 1, at + 1 + REACH);
  const middle = window.indexOf("](");
  if (middle < 0 || window.slice(0, middle).includes("\n\n")) return null;
  const close = window.indexOf(")", middle + 2);
  if (close < 0) return null;
  const target = window.slice(middle + 2, close).trim().split(/\s+["']/)[0];
  const parts = parseInline(window.slice(0, middle), depth + 1);
  const to = safeAddress(target);
  const end = at + 1 + close + 1;
  return to ? { part: { kind: "link", to, parts }, end } : { part: { kind: "em", parts }, end };
}

function bareLinkAt(text: string, at: number): Found | null {
  const angled = text[at] === "<";
  const found = /^https?:\/\/[^\s<>"'`)\]]+/.exec(text.slice(at + (angled ? 1 : 0), at + REACH));
  if (!found || (!angled && /\w/.test(text[at - 1] ?? ""))) return null;
  const address = angled ? found[0] : found[0].replace(/[.,;:!?]+$/, "");
  const end = at + address.length + (angled ? 2 : 0);
  if (angled && text[end - 1] !== ">") return null;
  return { part: { kind: "link", to: address, parts: [{ kind: "text", text: address }] }, end };
}
