// What plugins report.
export type { PanelRows, RowsRequest } from "./panelMessages";
export { PluginPanel } from "./PluginPanel";
export { Report } from "./Report";
export { type Metric, reportFrom, type ReportShape, type ReportTable } from "./reportShape";
export { FigureComparisonTable, FigureTable, Headline } from "./FigureTables";
