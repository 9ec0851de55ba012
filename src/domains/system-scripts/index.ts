import { defineDomain } from "../../kernel/domain.ts";
import { SystemScripts } from "./system-scripts.ts";

/** The game's scripts that run by themselves: by the minute, hour and day, when it is published, as players connect. */
export const systemScriptsDomain = defineDomain({
  name: "system-scripts",
  collections: [{ name: "systemScript", indexes: [[{ due: 1 }]] }],
  service: { class: SystemScripts, make: (kernel) => new SystemScripts(kernel) },
});

export { SystemScripts } from "./system-scripts.ts";
