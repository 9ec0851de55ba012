import type { CredentialItem } from "./document.ts";
import { GameError } from "./errors.ts";
import type { Credential, RestPolicy } from "./game.ts";

/** Default permissions of system credentials. Source: GameSparks documentation, Credentials. */
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

/** GameSparks' Admin requests, which a credential may send only if its list names them. */
const ADMIN_REQUESTS: ReadonlySet<string> = new Set([
  "BatchAdminRequest",
  "CancelBulkJobAdminRequest",
  "ListBulkJobsAdminRequest",
  "RevokePurchaseGoodsRequest",
  "ScheduleBulkJobAdminRequest",
]);

/**
 * Reads the credentials, by name. Those without a secret are skipped and reported in `problems`.
 * @throws GameError for a missing or duplicate name, and for an unknown REST policy
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
    if (seen.has(name)) throw new GameError(`${place}.name is "${name}", which another credential has already.`);
    seen.add(name);
    if (item.secret) credentials.set(name, credentialOf(name, item, item.secret, `${place} (${name})`, problems));
    else problems.push(`${place} (${name}) has no secret, so nobody can connect with it.`);
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

/** Accepts "Require Auth Token" in any spacing and case. Default: Allowed. */
function restPolicyOf(text: string, place: string): RestPolicy {
  if (text === "") return "Allowed";
  const key = text.toLowerCase().replace(/[^a-z]/g, "");
  if (Object.hasOwn(REST_POLICIES, key)) return REST_POLICIES[key]!;
  const shown = JSON.stringify(text.slice(0, 40));
  throw new GameError(`${place}.restPolicy must be Allowed, RequireAuthToken or Forbidden, but is ${shown}.`);
}

/** With an empty list, all but Admin requests are allowed. The predicate runs for every request. */
function allowing(list: readonly unknown[], place: string, problems: string[]): (requestName: string) => boolean {
  if (list.length === 0) return (name) => !ADMIN_REQUESTS.has(name);
  const named = new Set<string>();
  for (const [at, item] of list.entries()) {
    const name = requestNameOf(item);
    if (name) named.add(name);
    else problems.push(`${place}.~requests[${at}] does not name a request; it is ignored.`);
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

/** The credential that games connect with: `device`, or else the first that allows players. */
export function playersCredential(credentials: ReadonlyMap<string, Credential>): Credential {
  const found = credentials.get("device") ?? credentials.values().find(({ canHavePlayer }) => canHavePlayer);
  if (!found) throw new Error("The game's configuration has no credential with canHavePlayer.");
  return found;
}
