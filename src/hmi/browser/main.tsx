// The operator's page: starts it in the browser. What it shows and does is the business of the other files.
import { render } from "preact";
import { followSession } from "./session.ts";
import { Shell } from "./shell.tsx";

const place = document.getElementById("page");
if (place === null) throw new Error("index.html has no place for the page");
followSession();
render(<Shell />, place);
