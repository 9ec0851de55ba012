import type { HandshakeReply, HandshakeRequest, Refusal, Reply, Session, SignIn, Stage, Start } from "./types.ts";

/** A refusal of the console's API, with the server's own sentence. */
export class ApiError extends Error {
  override name = "ApiError";
  readonly code: string;
  readonly issues: { path: string; message: string }[];
  readonly retryAfterSeconds: number | undefined;
  readonly errorId: string | undefined;

  constructor({ code, message, issues = [], retryAfterSeconds, errorId }: Refusal["error"]) {
    super(message);
    this.code = code;
    this.issues = issues;
    this.retryAfterSeconds = retryAfterSeconds;
    this.errorId = errorId;
  }
}

const NO_SERVER = {
  code: "OFFLINE",
  message: "The server does not respond. Check that it is running, then try again.",
};

/** Called when the session has ended, so that the page can ask to sign in again. */
export const onSignedOut = { call: (): void => {} };

async function send<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`/console/api/${path}`, {
    method,
    credentials: "same-origin",
    headers: {
      ...(method !== "GET" && { "x-rekindle-console": "1" }),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new ApiError(NO_SERVER);
  });
  const read = (await response.json().catch(() => undefined)) as (Partial<Reply<T>> & Partial<Refusal>) | undefined;
  if (response.ok && read && "data" in read) return read.data as T;
  const error = new ApiError(
    read?.error ?? { ...NO_SERVER, message: `The server returned status ${response.status}.` },
  );
  if (error.code === "UNAUTHENTICATED") onSignedOut.call();
  throw error;
}

export const signIn = (fields: SignIn) => send<Session>("POST", "session", fields);
export const signOut = () => send<{ signedOut: true }>("DELETE", "session");
export const start = () => send<Start>("GET", "start");
export const get = <T>(path: string) => send<T>("GET", path);
export const handshake = (request: HandshakeRequest) => send<HandshakeReply>("POST", "handshake", request);

/** Runs an operation such as `players search`. */
export function operation<T>(name: string, stage: Stage, args: Record<string, unknown> = {}): Promise<T> {
  return send<T>("POST", `op/${name.replaceAll(" ", "/")}`, { stage, arguments: args });
}

/** What went wrong as one sentence, with the id to look for in the log. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof ApiError)) return `The page failed: ${(error as Error).message}`;
  const issues = error.issues.map(({ path, message }) => `${path.replace(/^\//, "")}: ${message}`);
  const id = error.errorId ? ` The log has the cause under ${error.errorId}.` : "";
  return `${[error.message, ...issues].join(" ")}${id}`;
}
