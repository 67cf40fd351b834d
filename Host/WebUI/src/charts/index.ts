// Charts of the web UI.
export { Chart } from "./Chart";
export { bytes, figure, rounded, seconds } from "./figures";
export { Sparkline } from "./Sparkline";
export { type ChartPoint, type ChartSpec, type ChartType, chartFrom, type Series } from "./spec";
