import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { Value } from "@sinclair/typebox/value";
import { integrationProblems } from "../providers/settings.ts";
import { credentialOf } from "./credentials.ts";
import { GameDocument, type ScriptItem } from "./document.ts";
import { GameError } from "./errors.ts";
import type { Credential, Game } from "./game.ts";

export const CONFIG_FILE = "config.json";
const MAX_CONFIG_BYTES = 64 * 1024 * 1024;
const CURRENCIES = [1, 2, 3, 4, 5, 6] as const;

/** Loads a game's folder. A configuration as GameSparks exported it loads unchanged. */
export async function loadGame(folder: string): Promise<Game> {
  const file = join(folder, CONFIG_FILE);
  return gameOf(parseDocument(await readConfig(file, folder), file), file, folder);
}

/** The configuration's text as JSON, or a sentence that says where it is none. */
export function parseDocument(text: string, file: string): Record<string, unknown> {
  let document: unknown;
  try {
    document = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new GameError(`${file} is no JSON: ${(error as Error).message}.`);
  }
  if (typeof document !== "object" || document === null || Array.isArray(document)) {
    throw new GameError(`${file} must hold one JSON object: the full configuration of a game.`);
  }
  return document as Record<string, unknown>;
}

export function gameOf(document: Record<string, unknown>, file: string, folder: string): Game {
  if (!Value.Check(GameDocument, document)) {
    const wrong = Value.Errors(GameDocument, document).First();
    throw new GameError(`${file} has ${shown(wrong?.value)} at ${wrong?.path || "/"}. ${wrong?.message}.`);
  }
  const apiKey = document.apiKey ?? /^\/game\/([^/]+)\/config$/.exec(document["@id"] ?? "")?.[1];
  if (!apiKey || !/^[A-Za-z0-9_-]{1,64}$/.test(apiKey)) {
    throw new GameError(`${file} has no api key: its "@id" should be "/game/API_KEY/config", or "apiKey" the key.`);
  }
  const [problem] = integrationProblems(document.integrations ?? {});
  if (problem) throw new GameError(`${file}: ${problem}`);
  return {
    apiKey,
    name: document.name ?? apiKey,
    folder,
    credentials: credentialsOf(document, file),
    integrations: document.integrations ?? {},
    newPlayerCurrencies: CURRENCIES.map((n) => document[`newUserCurrency${n}Bonus`] ?? 0),
    embeddedScripts: (document["~scripts"] ?? []).flatMap(scriptOf),
    document: document as Record<string, unknown>,
  };
}

async function readConfig(file: string, folder: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > MAX_CONFIG_BYTES) throw new GameError(`${file} is larger than ${MAX_CONFIG_BYTES} bytes.`);
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof GameError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT") throw new GameError(`${file} cannot be read: ${message}.`);
    throw new GameError(`${folder} is no game's folder: it has no ${CONFIG_FILE}, the game's full configuration.`);
  }
}

function credentialsOf(document: GameDocument, file: string): Map<string, Credential> {
  const credentials = new Map<string, Credential>();
  for (const [at, item] of (document["~credentials"] ?? []).entries()) {
    const place = `${file}: ~credentials[${at}] (${item.name})`;
    if (credentials.has(item.name)) throw new GameError(`${place} has the name of another credential.`);
    const credential = credentialOf(item, place);
    if (credential) credentials.set(item.name, credential);
  }
  if (credentials.size === 0) {
    throw new GameError(`${file} has no credential with a secret in "~credentials", so that nobody could connect.`);
  }
  return credentials;
}

/** `/~scripts/<type>_<shortCode>`; the type has no "_". */
function scriptOf(item: ScriptItem): Game["embeddedScripts"] {
  const [, type = item.type, shortCode = item.name] = /\/~scripts\/([^_/]+)_(.+)$/.exec(item["@id"] ?? "") ?? [];
  return type && shortCode && item.script ? [{ type, shortCode, source: item.script }] : [];
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  return typeof value === "object" && value !== null ? (Array.isArray(value) ? "a list" : "an object") : typeof value;
}
