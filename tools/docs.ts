import { mkdirSync, writeFileSync } from "node:fs";
import { referencePages } from "./reference.ts";
import { sparkTypes } from "./spark-types.ts";

/** `npm run docs` writes the generated pages and types. Tests compare them with the definitions. */
const root = new URL("../", import.meta.url);
for (const folder of ["docs/reference/", "types/"]) mkdirSync(new URL(folder, root), { recursive: true });
for (const [path, text] of referencePages()) writeFileSync(new URL(path, root), text);
writeFileSync(new URL("types/spark.d.ts", root), sparkTypes());
