import { nearest } from "../near-miss.ts";
import { isBroken, type LoadedScript, type LoadedScripts, scriptKey } from "./load.ts";
import type { AddScript, ModuleReply } from "./protocol.ts";

/** One loaded state of the game's scripts; immutable. */
export interface ScriptVersion {
  /** Counts loads, from 1. */
  readonly version: number;
  readonly scripts: LoadedScripts;
  /** By file name in stack traces. */
  readonly byFrame: ReadonlyMap<string, LoadedScript>;
}

/** Limits of the hints about missing modules: computed per version, and modules compared for one. */
const MAX_HINTS = 100;
const MAX_COMPARED = 500;

interface Kept extends ScriptVersion {
  readonly sent: Map<string, AddScript>;
  readonly hints: Map<string, string>;
  /** Active runs, which continue to use this version. */
  runs: number;
}

/** The script versions still in use: the newest, and those of active runs. */
export class ScriptVersions {
  readonly #kept = new Map<number, Kept>();
  #newest: Kept;
  #nextScript = 1;

  constructor(scripts: LoadedScripts) {
    this.#newest = this.#keep(1, scripts);
  }

  get newest(): ScriptVersion {
    return this.#newest;
  }

  /** Makes `scripts` the newest version and returns its number. */
  replace(scripts: LoadedScripts): number {
    const before = this.#newest;
    this.#newest = this.#keep(before.version + 1, scripts);
    if (before.runs === 0) this.#kept.delete(before.version);
    return this.#newest.version;
  }

  async during<Result>(work: (version: ScriptVersion) => Promise<Result>): Promise<Result> {
    const version = this.#newest;
    version.runs++;
    try {
      return await work(version);
    } finally {
      if (--version.runs === 0 && version !== this.#newest) this.#kept.delete(version.version);
    }
  }

  /** The message that sends a script to hosts. The script must not be broken. */
  messageFor({ version }: ScriptVersion, key: string): AddScript {
    const { sent, scripts } = this.#kept.get(version) as Kept;
    let message = sent.get(key);
    if (message === undefined) {
      const { file, prepared } = scripts.byName.get(key) as LoadedScript;
      const code = isBroken(prepared) ? "" : prepared.code;
      message = { version, script: this.#nextScript++, file: frameName(file), code };
      sent.set(key, message);
    }
    return message;
  }

  module(version: number, name: string): ModuleReply {
    const kept = this.#kept.get(version);
    const module = kept?.scripts.byName.get(scriptKey("modules", name));
    if (!kept || !module) return { type: "missing", hint: kept ? hint(name, kept) : "" };
    const { prepared } = module;
    const file = frameName(module.file);
    if (!isBroken(prepared)) return { type: "module", file, code: prepared.code, declares: prepared.declares };
    const { line = 0, column = 0 } = prepared;
    const place = line === 0 ? "" : `, line ${line}, column ${column}`;
    return { type: "broken", file, line, column, message: `${module.file}${place}: ${prepared.message}` };
  }

  #keep(version: number, scripts: LoadedScripts): Kept {
    const all = [...scripts.byName.values()];
    const byFrame = new Map(all.map((script) => [frameName(script.file), script]));
    const kept: Kept = { version, scripts, byFrame, sent: new Map(), hints: new Map(), runs: 0 };
    this.#kept.set(version, kept);
    return kept;
  }
}

/** Encodes a path for use in stack traces: without spaces, quotes and brackets. Unambiguous. */
function frameName(file: string): string {
  return encodeURI(file.toWellFormed()).replace(/['()]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
}

/** Suggests a similar name. Bounded, since scripts choose the names and the server does the work. */
function hint(name: string, { scripts, hints }: Kept): string {
  const known = hints.get(name);
  if (known !== undefined || hints.size >= MAX_HINTS) return known ?? "";
  const modules = [...scripts.byName.values()].filter(({ kind }) => kind === "modules").map((script) => script.name);
  const near = nearest(name, modules.slice(0, MAX_COMPARED));
  const sentence = near === undefined ? "" : ` Did you mean "${near}"?`;
  hints.set(name, sentence);
  return sentence;
}
