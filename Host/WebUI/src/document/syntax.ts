// Reading and writing YAML text the way pipelines are written: 1.2 core schema, no tags, braces without padding.
import { type Document, isMap, isPair, isScalar, Lexer, LineCounter, type Pair, parseDocument, visit, YAMLMap, type YAMLSeq } from "yaml";

// Lines are broken by people, not by us.
(Object.getPrototypeOf(YAMLMap) as { maxFlowStringSingleLineLength: number }).maxFlowStringSingleLineLength = 110;

export type PipelineYAML = Document.Parsed;

export interface Place {
  line: number;
  column: number;
}

export interface SyntaxProblem extends Place {
  message: string;
}

export interface ReadText {
  doc: PipelineYAML;
  lines: LineCounter;
  problems: SyntaxProblem[];
}

export function readText(text: string): ReadText {
  const lines = new LineCounter();
  const doc = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: "1.2", merge: false, uniqueKeys: true }) as PipelineYAML;
  const problems = doc.errors.map((error) => {
    const { line, col } = lines.linePos(error.pos[0]);
    return { message: error.message, line: Math.max(line, 1), column: Math.max(col, 1) };
  });
  return { doc, lines, problems };
}

/** How far the text indents a level, so that an edit goes on in the same way. */
function indentOf(text: string): number {
  const found = /^[A-Za-z_][\w-]*:[ \t]*(?:#.*)?\n(?:[ \t]*(?:#.*)?\n)*( +)[^\s#-]/m.exec(text);
  return Math.min(Math.max(found ? found[1].length : 2, 1), 8);
}

export function writeText(doc: PipelineYAML, like: string): string {
  visit(doc, { Collection: (_, node) => keepComment(node) });
  return withoutPadding(doc.toString({ lineWidth: 0, indent: indentOf(like), minContentWidth: 0 }));
}

type Written = (context?: { inFlow?: boolean | null }, onComment?: () => void, onChompKeep?: () => void) => string;

/** yaml 2.1 loses the comment behind a flow collection (it swaps two arguments), so that it is written here. */
function keepComment(node: YAMLMap | YAMLSeq) {
  const { comment, flow } = node;
  if (!flow || !comment || comment.includes("\n")) return;
  const write = Object.getPrototypeOf(node).toString as Written;
  const own: Written = function (this: YAMLMap | YAMLSeq, context, onComment, onChompKeep) {
    this.comment = null;
    const text = write.call(this, context, undefined, onChompKeep);
    this.comment = comment;
    // Inside braces the collection around it writes the comment, behind the comma.
    if (context?.inFlow) return text;
    onComment?.();
    return text + " #" + comment;
  };
  (node as { toString: Written }).toString = own;
}

/** `{ a: b }` becomes `{a: b}`, as the examples and people write it. Only the lexer knows which braces are syntax. */
function withoutPadding(text: string): string {
  const tokens = Array.from(new Lexer().lex(text)) as string[];
  const kept: string[] = [];
  let scalar = false;
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === "\x1f") {
      scalar = true;
      continue;
    }
    if (token === "\x02" || token === "\x18") continue;
    const wasScalar = scalar;
    scalar = false;
    if (!wasScalar && /^ +$/.test(token)) {
      const before = kept[kept.length - 1];
      const next = tokens[at + 1];
      if ((before === "{" || before === "[") && tokens[at - 2] !== "\x1f") continue;
      if (next === "}" || next === "]") {
        if (before !== undefined && !before.endsWith("\n")) continue;
      }
    }
    kept.push(token);
  }
  return kept.join("");
}

export function pairsOf(value: unknown): Pair[] {
  return isMap(value) ? (value.items as Pair[]).filter((item) => isPair(item)) : [];
}

export function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

export function isBlockMap(value: unknown): value is YAMLMap {
  return isMap(value) && !value.flow && value.items.length > 0;
}
