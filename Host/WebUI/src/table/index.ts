// Tables of the web UI.
export { pairOf, withTwo } from "./choice";
export type { Column, Sort } from "./columns";
export { cellText, copyText } from "./columns";
export { DataTable, type DataTableProps } from "./DataTable";
export type { FetchRows } from "./rowSource";
export { SimpleTable } from "./SimpleTable";
