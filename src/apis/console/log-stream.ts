import { Type } from "@sinclair/typebox";
import type { FastifyInstance } from "fastify";
import { settingsOf } from "../../config.ts";
import { adminsSettings, findSession } from "../../domains/admins/index.ts";
import { type TailLine, tailOf } from "../../kernel/log.ts";
import { LOG_LEVELS, lineOf, severityOf } from "../admin/log-lines.ts";
import { read } from "../input.ts";
import type { ConsoleOptions } from "./context.ts";
import { tokenIn } from "./cookie.ts";
import { refuse } from "./reply.ts";

const Query = Type.Object({
  level: Type.Optional(Type.Union(LOG_LEVELS.map((level) => Type.Literal(level)))),
  after: Type.Optional(Type.Integer({ minimum: 0 })),
});
const MAX_STREAMS = 20;
/** Lines are dropped while the browser has not read this much. */
const MAX_UNREAD = 1_048_576;
const BEAT_MS = 1_000;
/** Every so many beats, the session is checked again. */
const CHECK_BEATS = 15;

/**
 * `GET /console/api/log?level=info&after=0`: the recent lines of the log and each further one, as server-sent events whose id is
 * the line's number. Ends when the session or the server does. At most 20 at once; a slow reader misses lines.
 */
export function addLogStream(api: FastifyInstance, { server, isStopping }: ConsoleOptions): void {
  const { config, log, clock, stores } = server;
  const limits = settingsOf(config, adminsSettings);
  const tail = tailOf(log);
  let streams = 0;

  api.get("/console/api/log", { config: { role: "support" }, exposeHeadRoute: false }, async (request, reply) => {
    const query = read(Query, request.query, "query", { unknown: "refuse", convert: true }) as typeof Query.static;
    if (streams >= MAX_STREAMS) {
      return refuse(reply, 503, { code: "BUSY", message: `At most ${MAX_STREAMS} pages can follow the log at once.` });
    }
    const { level = "info" } = query;
    const last = Number(request.headers["last-event-id"]);
    const after = Number.isSafeInteger(last) && last > 0 ? last : (query.after ?? 0);
    const token = tokenIn(request.headers.cookie);
    reply.hijack();
    const { raw } = reply;
    streams += 1;
    raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      "content-type": "text/event-stream; charset=utf-8",
      "x-accel-buffering": "no",
    });
    const send = (line: TailLine) => {
      if (raw.writableLength > MAX_UNREAD) return;
      const shown = lineOf(line);
      if (severityOf(shown.level) < severityOf(level)) return;
      raw.write(`id: ${shown.number}\ndata: ${JSON.stringify(shown)}\n\n`);
    };
    raw.write(": the log\n\n");
    for (const line of tail.after(after)) send(line);
    const unfollow = tail.follow(send);
    let beats = 0;
    const isSignedIn = async () =>
      (await findSession(await stores.open(config.defaultStage), token, clock.now(), limits)) !== undefined;
    const beat = setInterval(() => {
      beats += 1;
      if (isStopping()) raw.end();
      else if (beats % CHECK_BEATS === 0) {
        raw.write(": still here\n\n");
        isSignedIn().then(
          (is) => is || raw.end(),
          () => raw.end(),
        );
      }
    }, BEAT_MS).unref();
    raw.once("close", () => {
      streams -= 1;
      clearInterval(beat);
      unfollow();
    });
  });
}
