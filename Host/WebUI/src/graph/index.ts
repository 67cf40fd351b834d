// Graphs of the web UI.
export { layout, type LayoutEdge, type LayoutNode, type LayoutOptions, type Point } from "./layout";
export { type GraphEdge, type GraphNode, LiveGraph } from "./LiveGraph";
