import { mkdirSync, writeFileSync } from "node:fs";
import { referencePages } from "./reference.ts";

/** `npm run docs`: writes the generated pages; a test holds them to the definitions. */
const root = new URL("../", import.meta.url);
mkdirSync(new URL("docs/reference/", root), { recursive: true });
for (const [path, text] of referencePages()) writeFileSync(new URL(path, root), text);
