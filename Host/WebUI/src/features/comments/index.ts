// For other features to place.
export { Comments } from "./Comments";
