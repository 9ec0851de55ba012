import { defineDomain } from "../../kernel/domain.ts";
import { SystemScripts } from "./system-scripts.ts";

/** Scripts that the server starts: by the clock, on publishing, and when players connect or disconnect. */
export const systemScriptsDomain = defineDomain({
  name: "system-scripts",
  collections: [{ name: "systemScript", indexes: [[{ due: 1 }]] }],
  service: { class: SystemScripts, make: (kernel) => new SystemScripts(kernel) },
});

export { SystemScripts } from "./system-scripts.ts";
