import { type Static, Type } from "@sinclair/typebox";
import type { FastifyInstance } from "fastify";
import { STAGES } from "../../game/game.ts";
import { operations } from "../admin/index.ts";
import { performIn } from "../admin/perform-in.ts";
import { parseBody, read } from "../input.ts";
import { actorOf } from "./actor.ts";
import { type ConsoleOptions, sessionOf } from "./context.ts";

const Body = Type.Object({
  stage: Type.Optional(
    Type.Union(
      STAGES.map((stage) => Type.Literal(stage)),
      { wanted: "preview or live" },
    ),
  ),
  arguments: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});
/** A script of 1 MiB in which every character is escaped. */
const MAX_BODY = 6_400_000;

/** `POST /console/api/op/<name>`: every operation, for admins with its role. */
export function addOperations(api: FastifyInstance, { server }: ConsoleOptions): void {
  const { config } = server;
  for (const operation of operations) {
    const url = `/console/api/op/${operation.name.replace(" ", "/")}`;
    api.post(url, { bodyLimit: MAX_BODY, config: { role: operation.role } }, async (request) => {
      const text = typeof request.body === "string" && request.body !== "" ? request.body : "{}";
      const parsed = parseBody(text, config.maxRequestDepth);
      const sent = read(Body, parsed, "body", { unknown: "refuse", convert: false }) as Static<typeof Body>;
      const session = sessionOf(request);
      const { stage, arguments: args = {} } = sent;
      const by = actorOf(session);
      return { data: await performIn(server, operation, { stage, args, by, role: session.role }) };
    });
  }
}
