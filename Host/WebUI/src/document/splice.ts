// Takes over from an edited document only the lines that the edit changed: all other text stays as it was written.
import { isScalar, type Pair, type Node } from "yaml";
import { isBlockMap, keyOf, pairsOf, type PipelineYAML, readText, writeText } from "./syntax";

interface Piece {
  path: string;
  text: string;
}

/** The text cut at its keys. Comments and blank lines before a key belong to it. */
function piecesOf(text: string): Piece[] | null {
  const { doc, problems } = readText(text);
  if (problems.length > 0 || !isBlockMap(doc.contents)) return null;
  const pieces: Piece[] = [];
  let from = 0;
  const cut = (path: string, offset: number) => {
    let to = offset;
    if (text[offset - 1] !== "\n") {
      const end = text.indexOf("\n", offset);
      to = end < 0 ? text.length : end + 1;
    }
    if (to < from) return false;
    pieces.push({ path, text: text.slice(from, to) });
    from = to;
    return true;
  };
  const walk = (pairs: Pair[], above: string): boolean => {
    for (const pair of pairs) {
      const path = above + "/" + keyOf(pair);
      const key = isScalar(pair.key) ? pair.key.range : null;
      if (!key) return false;
      const value = pair.value as Node | null;
      if (isBlockMap(value)) {
        if (!cut(path + "#", key[1]) || !walk(pairsOf(value), path)) return false;
      } else if (!cut(path, Math.max(value?.range?.[1] ?? 0, key[1]))) {
        return false;
      }
    }
    return true;
  };
  if (!walk(pairsOf(doc.contents), "")) return null;
  pieces.push({ path: "tail", text: text.slice(from) });
  return pieces;
}

/** Applies `edit` and answers the new text. An edit that changes nothing answers the same text. */
export function spliced(text: string, edit: (doc: PipelineYAML) => void): string {
  const unedited = readText(text);
  if (unedited.problems.length > 0) return text;
  const edited = readText(text).doc;
  edit(edited);
  const whole = writeText(edited, text);
  const before = piecesOf(writeText(unedited.doc, text));
  const after = piecesOf(whole);
  const written = piecesOf(text);
  if (!before || !after || !written) return whole;
  const known = new Map(before.map((piece) => [piece.path, piece.text]));
  const original = new Map(written.map((piece) => [piece.path, piece.text]));
  const originalOf = (piece: Piece): string | undefined => {
    if (known.has(piece.path)) return known.get(piece.path) === piece.text ? original.get(piece.path) : undefined;
    // Below a renamed key the lines are the same under another path.
    const moved = before.find((other) => other.text === piece.text && !later.has(other.path));
    return moved && original.get(moved.path);
  };
  const later = new Set(after.map((piece) => piece.path));
  let result = "";
  for (const piece of after) {
    const kept = originalOf(piece);
    // The last line of a file may lack its line break.
    if (result !== "" && !result.endsWith("\n")) result += "\n";
    result += kept ?? piece.text;
  }
  return sameContent(result, whole) ? result : whole;
}

function sameContent(left: string, right: string): boolean {
  const a = readText(left);
  const b = readText(right);
  if (a.problems.length > 0) return false;
  return JSON.stringify(a.doc.toJS()) === JSON.stringify(b.doc.toJS());
}
