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

/** A credential of the configuration. One without a secret cannot be connected with and is left out. */
export function credentialOf(item: CredentialItem, place: string): Credential | undefined {
  if (!item.secret) return undefined;
  const usual = SYSTEM[item.name] ?? NONE;
  return {
    name: item.name,
    type: item.type ?? "custom",
    secret: item.secret,
    canHavePlayer: item.canHavePlayer ?? usual.canHavePlayer,
    canListen: item.canListen ?? usual.canListen,
    canCallback: item.canCallback ?? usual.canCallback,
    coppaCompliant: item.coppaCompliant ?? false,
    restPolicy: restPolicyOf(item.restPolicy, place),
    allows: allowing(item["~requests"] ?? []),
  };
}

/** "Allowed", "Require Auth Token", "Forbidden", however they are spaced; allowed where nothing is said. */
function restPolicyOf(policy: string | null | undefined, place: string): RestPolicy {
  if (policy === null || policy === undefined || policy === "") return "Allowed";
  const known = REST_POLICIES[policy.toLowerCase().replace(/[^a-z]/g, "")];
  if (!known) throw new GameError(`${place}.restPolicy must be Allowed, RequireAuthToken or Forbidden.`);
  return known;
}

/**
 * Without a list every request is allowed but the administrators', which have to be named. A listed request is text, or
 * an object whose name, shortCode or reference ends in it.
 */
function allowing(list: readonly unknown[]): (requestName: string) => boolean {
  if (list.length === 0) return (name) => !name.endsWith("AdminRequest") && name !== "RevokePurchaseGoodsRequest";
  const named = new Set(list.map(requestNameOf));
  return (name) => named.has(name);
}

function requestNameOf(item: unknown): string {
  const object = (typeof item === "object" && item !== null ? item : {}) as Record<string, unknown>;
  const name =
    typeof item === "string" ? item : (object["name"] ?? object["shortCode"] ?? object["@ref"] ?? object["@id"]);
  return typeof name === "string" ? name.slice(name.lastIndexOf("/") + 1).replace(/^\./, "") : "";
}
