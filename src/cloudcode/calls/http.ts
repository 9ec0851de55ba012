import { isObject, list, text } from "../../kernel/scripts/arguments.ts";
import { type Call, type CallScope, write } from "../../kernel/scripts/call.ts";
import { CallError, CallLimitError } from "../../kernel/scripts/errors.ts";
import { OutgoingError } from "../../outgoing/errors.ts";
import type { HeaderList } from "../../outgoing/headers.ts";
import { basicAuthorization, type OutgoingReply, type OutgoingRequest } from "../../outgoing/outgoing.ts";

const METHODS = ["GET", "POST", "PUT", "DELETE"] as const;
const CONTENT_TYPES = {
  form: "application/x-www-form-urlencoded",
  json: "application/json",
  text: "text/plain; charset=utf-8",
  xml: "application/xml; charset=utf-8",
} as const;

/** HTTP requests to other servers. Their effects there are unknown, so each counts as a write. */
export const httpCalls: Record<string, Call> = {
  /** Body: [type, text] or null. Returns {status, headers, cookies, body}; headers and cookies are JSON text. */
  "http.send": write(async (scope, [method, url, headers, credentials, body, timeoutMs]) => {
    if (!METHODS.some((known) => known === method)) throw new CallError("Unknown HTTP method.");
    const content = bodyOf(body);
    const reply = await sendOutgoing(scope, {
      method: method as OutgoingRequest["method"],
      url: text(url, "url", 8_192),
      headers: [...content.headers, ...authorizationOf(credentials), ...headerList(headers)],
      body: content.body,
      timeoutMs: timeoutOf(timeoutMs),
    });
    return {
      status: reply.status,
      headers: JSON.stringify(Object.fromEntries(reply.headers)),
      cookies: JSON.stringify(Object.fromEntries(reply.setCookies.flatMap(cookieOf))),
      body: bodyText(reply),
    };
  }),
};

/** Sends a request and counts it against the run's limit. Reports failures to the script. */
export async function sendOutgoing(scope: CallScope, request: OutgoingRequest): Promise<OutgoingReply> {
  const most = scope.config.scriptHttpCalls;
  if (++scope.outgoingCount.sent > most) {
    throw new CallLimitError("http-calls", `The script sends more than ${most} HTTP requests.`);
  }
  try {
    return await scope.outgoing.send(request);
  } catch (error) {
    if (error instanceof OutgoingError) throw new CallError(error.message);
    throw error;
  }
}

/** Time left to the script, as its sandbox claims; the server's own limit applies in any case. */
export function timeoutOf(value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw new CallError("timeout must be a number.");
  return value;
}

/** Decodes the body with the response's charset. Default, also for unknown charsets: UTF-8. */
export function bodyText({ headers, body }: OutgoingReply): string {
  const type = [...headers].find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  const charset = /;\s*charset="?([^\s;"]{1,40})/i.exec(type)?.[1] ?? "utf-8";
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}

function headerList(headers: unknown): HeaderList {
  return list(headers, "headers").map((header) => {
    const [name, value] = list(header, "header");
    return [text(name, "header", 256), text(value, "header", 8_192)];
  });
}

function authorizationOf(credentials: unknown): HeaderList {
  if (credentials === null) return [];
  const [userName, password] = list(credentials, "credentials");
  return [["Authorization", basicAuthorization(text(userName, "username"), text(password, "password", 4_096))]];
}

function bodyOf(body: unknown): { headers: HeaderList; body?: string } {
  if (body === null) return { headers: [] };
  const [kind, content] = list(body, "body");
  if (typeof kind !== "string" || !Object.hasOwn(CONTENT_TYPES, kind)) throw new CallError("Unknown type of body.");
  const headers: HeaderList = [["Content-Type", CONTENT_TYPES[kind as keyof typeof CONTENT_TYPES]]];
  if (kind === "form") return { headers, body: formOf(content) };
  return { headers, body: text(content, "body", Number.MAX_SAFE_INTEGER) };
}

/** `a=1&a=2&b=`: array elements separately, objects as JSON, null as empty. */
function formOf(form: unknown): string {
  if (!isObject(form)) throw new CallError("form must be an object.");
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(form)) {
    for (const one of Array.isArray(value) ? value : [value]) pairs.append(name, formValue(one));
  }
  return pairs.toString();
}

function formValue(value: unknown): string {
  if (value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function cookieOf(setCookie: string): [name: string, value: string][] {
  const pair = setCookie.split(";", 1)[0]!;
  const equals = pair.indexOf("=");
  const name = pair.slice(0, equals).trim();
  return equals < 1 || name === "" ? [] : [[name, pair.slice(equals + 1).trim()]];
}
