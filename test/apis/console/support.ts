import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { operations } from "../../../src/apis/admin/index.ts";
import { ROLES, type Role } from "../../../src/domains/admins/index.ts";
import type { TestApp } from "../../support/app.ts";

export const PASSWORD = "correct horse battery";
/** All tests of a file share a connection, whose rate is for one page. */
export const MANY = { requestsPerSecond: 10_000, requestBurst: 10_000 };

export interface Sent {
  method?: string;
  headers?: Record<string, string | undefined>;
  body?: unknown;
  cookie?: string;
}

export interface Received {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read the members that they expect.
  body: any;
}

/** Sends what the page would send, with Node's own client, since `fetch` sets the header Host itself. */
export function call(
  app: { port: number },
  path: string,
  { method, headers, body, cookie }: Sent = {},
): Promise<Received> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
    const all = {
      "x-rekindle-console": "1",
      ...(cookie !== undefined && { cookie: `rekindle-console=${cookie}` }),
      ...(text !== undefined && {
        "content-length": String(Buffer.byteLength(text)),
        "content-type": "application/json",
      }),
      ...headers,
    };
    const sent = httpRequest(
      {
        host: "127.0.0.1",
        port: app.port,
        path,
        method: method ?? (body === undefined ? "GET" : "POST"),
        headers: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Record<
          string,
          string
        >,
      },
      (response) => {
        let received = "";
        response.setEncoding("utf8");
        response.on("data", (data) => {
          received += data;
        });
        response.on("end", () => {
          let parsed: unknown;
          try {
            parsed = JSON.parse(received);
          } catch {}
          resolve({ status: response.statusCode!, headers: response.headers, text: received, body: parsed });
        });
      },
    );
    sent.on("error", reject);
    sent.end(text);
  });
}

/** Calls `/admin/`, as the command line does. */
export async function command(app: TestApp, name: string, args: Record<string, unknown> = {}, stage?: string) {
  const response = await call(app, `/admin/${name.replace(" ", "/")}`, {
    headers: { authorization: `Bearer ${app.adminToken}` },
    body: { ...(stage && { stage }), arguments: args },
  });
  if (response.status !== 200) throw new Error(response.text);
  return response.body.data;
}

export async function signIn(app: TestApp, name: string, password = PASSWORD, code?: string): Promise<string> {
  const response = await call(app, "/console/api/session", { body: { name, password, ...(code && { code }) } });
  if (response.status !== 200) throw new Error(response.text);
  return cookieOf(response);
}

export function cookieOf({ headers }: Received): string {
  return /^rekindle-console=([\w-]*)/.exec(headers["set-cookie"]?.[0] ?? "")![1]!;
}

/** An admin of each role, signed in. */
export async function signInAll(app: TestApp): Promise<Record<Role, string>> {
  const cookies = {} as Record<Role, string>;
  for (const role of ROLES) {
    await command(app, "admins create", { name: role, role, password: PASSWORD });
    cookies[role] = await signIn(app, role);
  }
  return cookies;
}

/** Performs an operation as an admin. */
export function op(app: TestApp, cookie: string, name: string, args: Record<string, unknown> = {}, stage?: string) {
  if (!operations.some((operation) => operation.name === name)) throw new Error(`There is no operation ${name}.`);
  return call(app, `/console/api/op/${name.replace(" ", "/")}`, {
    cookie,
    body: { ...(stage && { stage }), arguments: args },
  });
}
