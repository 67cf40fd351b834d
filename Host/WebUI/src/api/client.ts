// The API as pages use it.
export { ApiProblem, asProblem, type ProblemShape } from "./problem";
export { address, csrfToken, get, newKey, send, type Answer, type Query, type Request } from "./http";
export { invalidate, useResource, type Resource } from "./resource";
export { usePages, type Page, type Pages } from "./pages";
export { useConnection, useEvents, type Liveness } from "./events";
