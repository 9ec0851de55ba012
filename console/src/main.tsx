import { render } from "preact";
import { App } from "./app.tsx";
import { load } from "./state/session.ts";
import "./state/theme.ts";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/shell.css";
import "./styles/play.css";
import "./styles/pages.css";

void load();
render(<App />, document.getElementById("app") as HTMLElement);
