// Where the page begins.
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { applyTheme } from "./theme";
import "./theme.css";
import "./base.css";

applyTheme();
const root = document.getElementById("root");
if (root) createRoot(root).render(<App />);
