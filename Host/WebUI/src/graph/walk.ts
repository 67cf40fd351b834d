// Which node an arrow key goes to from another: along edges first, then by place.
import type { LayoutEdge, Point } from "./layout";

export type Direction = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown";

export function neighbour(
  from: string, direction: Direction, places: Record<string, Point>, edges: LayoutEdge[]
): string | undefined {
  const here = places[from];
  if (!here) return Object.keys(places)[0];
  const sideways = direction === "ArrowLeft" || direction === "ArrowRight";
  if (sideways) {
    const joined = edges
      .filter((edge) => (direction === "ArrowRight" ? edge.from : edge.to) === from)
      .map((edge) => (direction === "ArrowRight" ? edge.to : edge.from))
      .filter((id) => places[id]);
    if (joined.length > 0) return closest(joined, places, here, 1);
  }
  const sign = direction === "ArrowRight" || direction === "ArrowDown" ? 1 : -1;
  const ahead = Object.keys(places).filter((id) => {
    const distance = sideways ? places[id].x - here.x : places[id].y - here.y;
    return id !== from && distance * sign > 1;
  });
  // Up and down stay in the column as long as there is somebody.
  return closest(ahead, places, here, sideways ? 1 : 8);
}

function closest(ids: string[], places: Record<string, Point>, here: Point, sideCost: number): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  for (const id of ids) {
    const cost = Math.abs(places[id].x - here.x) * sideCost + Math.abs(places[id].y - here.y);
    if (cost < least) [best, least] = [id, cost];
  }
  return best;
}
