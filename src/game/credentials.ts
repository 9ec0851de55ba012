import type { CredentialItem } from "./document.ts";
import { GameError } from "./errors.ts";
import type { Credential, RestPolicy } from "./game.ts";

/** What a system credential may do where the configuration does not say. Source: GameSparks documentation, Credentials. */
const SYSTEM: Record<string, Pick<Credential, "canHavePlayer" | "canListen" | "canCallback">> = {
  device: { canHavePlayer: true, canListen: true, canCallback: false },
  debug: { canHavePlayer: true, canListen: true, canCallback: false },
  server: { canHavePlayer: false, canListen: true, canCallback: true },
  "server-send": { canHavePlayer: false, canListen: false, canCallback: false },
};
const NONE = { canHavePlayer: false, canListen: false, canCallback: false };

const REST_POLICIES: Record<string, RestPolicy> = {
  allowed: "Allowed",
  requireauthtoken: "RequireAuthToken",
  forbidden: "Forbidden",
};

/** The requests of GameSparks' category Admin, which a credential may send only if its list names them. */
const ADMIN_REQUESTS: ReadonlySet<string> = new Set([
  "BatchAdminRequest",
  "CancelBulkJobAdminRequest",
  "ListBulkJobsAdminRequest",
  "RevokePurchaseGoodsRequest",
  "ScheduleBulkJobAdminRequest",
]);

/**
 * The credentials of a configuration by name. One without a secret takes no connections and is left out, which `problems`
 * tells, as it does of listed requests that cannot be read.
 * @throws GameError where a name is missing or used twice, and for a REST policy that is none
 */
export function credentialsOf(
  items: readonly CredentialItem[],
  file: string,
  problems: string[],
): ReadonlyMap<string, Credential> {
  const credentials = new Map<string, Credential>();
  const seen = new Set<string>();
  for (const [at, item] of items.entries()) {
    const name = item.name || lastPart(item["@id"] ?? "");
    const place = `${file}: ~credentials[${at}]`;
    if (!name) throw new GameError(`${place} has no name; it needs a "name", or an "@id" that ends in one.`);
    if (seen.has(name)) throw new GameError(`${place}.name is "${name}", the name of another credential before it.`);
    seen.add(name);
    if (item.secret) credentials.set(name, credentialOf(name, item, item.secret, `${place} (${name})`, problems));
    else problems.push(`${place} (${name}) has no secret, so that nobody can connect with it.`);
  }
  return credentials;
}

function credentialOf(
  name: string,
  item: CredentialItem,
  secret: string,
  place: string,
  problems: string[],
): Credential {
  const usual = Object.hasOwn(SYSTEM, name) ? SYSTEM[name]! : NONE;
  return {
    name,
    type: item.type ?? (Object.hasOwn(SYSTEM, name) ? name : "custom"),
    secret,
    canHavePlayer: item.canHavePlayer ?? usual.canHavePlayer,
    canListen: item.canListen ?? usual.canListen,
    canCallback: item.canCallback ?? usual.canCallback,
    coppaCompliant: item.coppaCompliant ?? false,
    restPolicy: restPolicyOf(item.restPolicy ?? "", place),
    allows: allowing(item["~requests"] ?? [], place, problems),
  };
}

/** "Allowed", "Require Auth Token", "Forbidden", however they are spaced; allowed where nothing is said. */
function restPolicyOf(text: string, place: string): RestPolicy {
  if (text === "") return "Allowed";
  const key = text.toLowerCase().replace(/[^a-z]/g, "");
  if (Object.hasOwn(REST_POLICIES, key)) return REST_POLICIES[key]!;
  const shown = JSON.stringify(text.slice(0, 40));
  throw new GameError(`${place}.restPolicy must be Allowed, RequireAuthToken or Forbidden, and is ${shown}.`);
}

/**
 * Without a list every request is allowed but the administrators', which have to be named. A listed request is text, or
 * an object whose name, shortCode or reference ends in it. Asked for every request: one look-up.
 */
function allowing(list: readonly unknown[], place: string, problems: string[]): (requestName: string) => boolean {
  if (list.length === 0) return (name) => !ADMIN_REQUESTS.has(name);
  const named = new Set<string>();
  for (const [at, item] of list.entries()) {
    const name = requestNameOf(item);
    if (name) named.add(name);
    else problems.push(`${place}.~requests[${at}] names no request that can be read; it allows nothing.`);
  }
  return (name) => named.has(name);
}

function requestNameOf(item: unknown): string {
  const object = (typeof item === "object" && item !== null ? item : {}) as Record<string, unknown>;
  const name =
    typeof item === "string" ? item : (object["name"] ?? object["shortCode"] ?? object["@ref"] ?? object["@id"]);
  return typeof name === "string" ? lastPart(name).replace(/^\./, "") : "";
}

/** `/~credentials/device` → device */
function lastPart(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The credential that games connect with: `device`, or the first that may have players. */
export function playersCredential(credentials: ReadonlyMap<string, Credential>): Credential {
  const found = credentials.get("device") ?? credentials.values().find(({ canHavePlayer }) => canHavePlayer);
  if (!found) throw new Error("The game's configuration has no credential that may have players.");
  return found;
}
