// One door for imports.
export * from "./client";
export * from "./types";
