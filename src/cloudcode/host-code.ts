import { bundle, textsOf } from "./bundle.ts";

/** What a script host runs, as texts without types: it reads none of this server's files. */
export interface HostCode {
  /** Of `host/main.ts`: a function of a `require` for packages. */
  main: string;
  /** Of `host/thread.ts`: a program. */
  thread: string;
  /** Of `realm/entry.ts`: a function without arguments, which is evaluated in a sandbox. */
  realm: string;
  /** Where the host's packages are looked for from. */
  base: string;
}

/** `.ts` where the server runs from its sources, `.js` in the published package. */
const EXTENSION = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
let made: Promise<HostCode> | undefined;

/**
 * Made once for all hosts of this process, in short pieces. A host that stripped types itself would take 40 MB and 150 ms of
 * processor time for that.
 */
export function hostCode(): Promise<HostCode> {
  made ??= make();
  return made;
}

async function make(): Promise<HostCode> {
  const bundled = async (path: string): Promise<string> => {
    const entry = new URL(`${path}${EXTENSION}`, import.meta.url);
    return bundle(entry, await textsOf(entry));
  };
  const base = new URL("../../package.json", import.meta.url).href;
  const requiring = `process.getBuiltinModule("node:module").createRequire(${JSON.stringify(base)})`;
  return {
    main: await bundled("host/main"),
    thread: `${await bundled("host/thread")}(${requiring});`,
    realm: await bundled("realm/entry"),
    base,
  };
}
