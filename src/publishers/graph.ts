import { createHmac } from "node:crypto";
import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { jsonOf, type NetworkCall, type NetworkReply } from "./calls.ts";
import {
  type GraphError,
  GraphErrorReply,
  graphCode,
  meaningOf,
  RESTRICTED_SUBCODE,
  regainAccessMs,
} from "./graph-errors.ts";
import { type Network, OutcomeUnknown, type PublisherContext, PublishRefused } from "./publisher.ts";
import { reasonOf } from "./reason.ts";
import { preparing } from "./steps.ts";

/** One API of Meta for one account: Facebook, Instagram or Threads. */
export interface GraphApi {
  network: Network;
  /** Base URL including the version. */
  url: string;
  /** Signs tokens (appsecret_proof); absent for Threads, which does not document it. */
  appSecret?: string;
  /** Whether an account's token that is refused can be renewed with another one. */
  canRenew?: boolean;
  context: PublisherContext;
}

export interface GraphCall {
  what: string;
  method: "GET" | "POST" | "DELETE";
  /** Below the base URL, made by `pathOf`. */
  path: string;
  /** Query of a GET or DELETE, form of a POST. */
  fields?: Record<string, string>;
  /** Sent as a header, never in the URL. A call without one carries its own credentials. */
  token?: string;
  /** Whether the call changes what others see. If not, an unknown outcome is UNAVAILABLE. */
  isFinal?: boolean;
  /** Of an exchange of a code: an invalid parameter is an invalid code. */
  isCodeExchange?: boolean;
  /** Credentials besides `token` that an error message must not quote. */
  secrets?: readonly string[];
}

const OneId = Type.Object({ id: Type.String({ minLength: 1, maxLength: 128 }) });
const Done = Type.Object({ success: Type.Boolean() });

/**
 * Calls the Graph API.
 * @throws PublishRefused, OutcomeUnknown
 */
export function askGraph<T extends TSchema>(api: GraphApi, call: GraphCall, schema: T): Promise<Static<T>> {
  const answer = ask(api, call, schema);
  return call.isFinal ? answer : preparing(answer);
}

/** POSTs an object and returns its id. */
export async function createNode(api: GraphApi, call: Omit<GraphCall, "method">): Promise<string> {
  return (await askGraph(api, { ...call, method: "POST" }, OneId)).id;
}

/** Resolves also if the object does not exist. A missing permission can look the same (error 100, subcode 33). */
export async function deleteNode(api: GraphApi, call: Omit<GraphCall, "method">): Promise<void> {
  try {
    const { success } = await askGraph(api, { ...call, method: "DELETE", isFinal: true }, Done);
    if (!success) throw new OutcomeUnknown(`${api.network} ${call.what}: the response reports no success`);
  } catch (error) {
    if (!(error instanceof PublishRefused && error.kind === "GONE")) throw error;
  }
}

/** A path of these parts, each encoded, so that an id never becomes another path. */
export function pathOf(...parts: readonly string[]): string {
  return parts.map((part) => `/${part === "." || part === ".." ? "_" : encodeURIComponent(part)}`).join("");
}

async function ask<T extends TSchema>(api: GraphApi, call: GraphCall, schema: T): Promise<Static<T>> {
  const { network, context, appSecret } = api;
  const url = new URL(api.url.replace(/\/$/, "") + call.path);
  const proof = call.token !== undefined && appSecret ? { appsecret_proof: proofOf(call.token, appSecret) } : {};
  const fields = { ...call.fields, ...proof };
  const request: NetworkCall = { network, what: call.what, method: call.method, url };
  if (call.method === "POST") request.form = fields;
  else for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  if (call.token !== undefined) request.headers = { authorization: `Bearer ${call.token}` };
  const reply = await context.calls.send(request);
  const failed = jsonOf(reply, GraphErrorReply);
  if (failed) throw refusalOf(api, call, failed.error, reply);
  if (reply.status === 429) throw rateRefusal(api, call, reply);
  const value = reply.status < 400 ? jsonOf(reply, schema) : undefined;
  if (value === undefined) {
    throw new OutcomeUnknown(`${network} ${call.what}: status ${reply.status} with an unexpected body`);
  }
  return value;
}

function refusalOf(api: GraphApi, call: GraphCall, error: GraphError, reply: NetworkReply): Error {
  const { network, context } = api;
  const code = graphCode(error);
  const prefix = `${network} ${call.what}: error ${code ?? reply.status}`;
  if (call.isFinal && error.error_subcode === RESTRICTED_SUBCODE) return new OutcomeUnknown(prefix);
  let meaning = meaningOf(error);
  if (call.isCodeExchange) {
    if (/client[_ ]?secret|application/i.test(error.message ?? "")) meaning = "NOT_CONFIGURED";
    else if (error.code === 100) meaning = "TOKEN";
  }
  if (meaning === "temporary") return new OutcomeUnknown(prefix);
  // Messages about tokens quote them, whole or in parts.
  if (meaning === "TOKEN") {
    const canRenew = api.canRenew && call.token !== undefined;
    const reason = call.isCodeExchange ? "the code is not valid" : "the grant has ended";
    return new PublishRefused("TOKEN", `${prefix}: ${reason}`, { networkCode: code, canRenew });
  }
  const secrets = [call.token, api.appSecret, ...(call.secrets ?? [])];
  const reason = reasonOf(error.error_user_msg ?? error.message, secrets);
  const message = reason ? `${prefix}: ${reason}` : prefix;
  if (meaning === "notReady") return new PublishRefused("UNAVAILABLE", message, { networkCode: code });
  const waitMs = meaning === "RATE" ? regainAccessMs(reply, context.now()) : undefined;
  return new PublishRefused(meaning, message, { networkCode: code, retryAfterMs: waitMs });
}

function rateRefusal({ network, context }: GraphApi, { what }: GraphCall, reply: NetworkReply): PublishRefused {
  const waitMs = regainAccessMs(reply, context.now());
  return new PublishRefused("RATE", `${network} ${what}: too many calls`, { networkCode: "429", retryAfterMs: waitMs });
}

function proofOf(token: string, appSecret: string): string {
  return createHmac("sha256", appSecret).update(token).digest("hex");
}
