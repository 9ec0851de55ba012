import type { ModuleReply } from "../protocol.ts";
import { nameArgument } from "./arguments.ts";
import { expectNames, newNames } from "./intrinsics.ts";
import {
  defineProperty,
  dictionary,
  hasOwn,
  indirectEval,
  OriginalSyntaxError,
  parse,
  stringify,
} from "./originals.ts";
import { addLogLine, breach, liveRun, type Run } from "./run.ts";

/** Requests a module of a script version; returns JSON of `ModuleReply`. Blocking. */
export type FetchModule = (version: number, name: string) => string;

/** Limit of missing modules that one run may request, and that are cached between runs. */
const MAX_MISSING = 100;

let fetchModule: FetchModule | undefined;
let modules = dictionary<ModuleReply>();
let missingKept = 0;
let newest = 0;

export function setModuleSource(fetch: FetchModule): void {
  fetchModule = fetch;
}

export function forgetModules(version: number): void {
  modules = dictionary();
  missingKept = 0;
  newest = version;
}

/**
 * Cloud Code's `require`: evaluates a module in the global scope. Within the outermost call a module runs once, which
 * breaks cycles. A missing module is a warning in the log.
 */
export function require(name: unknown): void {
  const run = liveRun();
  const text = nameArgument("require", "the module's name", name);
  if (run.including === null || !hasOwn(run.including, text)) include(run, text);
}

/** Cloud Code's `requireOnce`: as `require`, unless the script has included the module before. */
export function requireOnce(name: unknown): void {
  const run = liveRun();
  const text = nameArgument("requireOnce", "the module's name", name);
  if (!hasOwn(run.included, text)) include(run, text);
}

function include(run: Run, name: string): void {
  if (hasOwn(run.missing, name)) return;
  const module = moduleOf(run.version, name);
  if (module.type === "module" && !hasOwn(run.included, name)) expectNames(module.declares);
  run.included[name] = true;
  if (module.type === "missing") {
    warn(run, name, module.hint);
    return;
  }
  const outermost = run.including === null;
  run.including ??= dictionary();
  run.including[name] = true;
  run.files[module.file] = true;
  try {
    if (module.type === "broken") throw syntaxError(module);
    indirectEval(module.code);
  } finally {
    if (outermost) run.including = null;
  }
}

function moduleOf(version: number, name: string): ModuleReply {
  if (version === newest && hasOwn(modules, name)) return modules[name]!;
  if (fetchModule === undefined || name.length > 256) return { type: "missing", hint: "" };
  const module = parse(fetchModule(version, name)) as ModuleReply;
  if (module.type === "module") {
    module.code += `\n//# sourceURL=${module.file}`;
    module.declares = newNames(module.declares);
  }
  if (version === newest && (module.type !== "missing" || missingKept++ < MAX_MISSING)) modules[name] = module;
  return module;
}

function warn(run: Run, name: string, hint: string): void {
  run.missing[name] = true;
  if (++run.missed > MAX_MISSING) breach(`The script requires more than ${MAX_MISSING} modules that do not exist.`);
  addLogLine(run, "warn", stringify(`There is no module "${name}"; nothing was included.${hint}`));
}

/** An error located in the module rather than at the call of `require`. */
function syntaxError({ file, line, column, message }: Extract<ModuleReply, { type: "broken" }>): Error {
  const error = new OriginalSyntaxError(message);
  const stack = dictionary<unknown>();
  stack["value"] = `SyntaxError: ${message}\n    at ${file}:${line}:${column}`;
  stack["writable"] = true;
  stack["configurable"] = true;
  defineProperty(error, "stack", stack);
  return error;
}
