import { Type } from "@sinclair/typebox";
import type { FastifyInstance } from "fastify";
import { record } from "../../domains/audit/index.ts";
import { STAGES } from "../../game/game.ts";
import { OperationRefused } from "../admin/operation.ts";
import { parseBody, read } from "../input.ts";
import { actorOf } from "./actor.ts";
import { type ConsoleOptions, sessionOf } from "./context.ts";
import type { HandshakeReply, Reply } from "./types.ts";

const Body = Type.Object({
  stage: Type.Union(
    STAGES.map((stage) => Type.Literal(stage)),
    { wanted: "preview or live" },
  ),
  credential: Type.String({ maxLength: 200 }),
  // Only what a server sends as a nonce is signed.
  nonce: Type.String({
    pattern: "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
    wanted: "the nonce that the socket sent",
  }),
});

/** `POST /console/api/handshake`: the page opens ordinary sockets, and the credential's secret stays here. One insert. */
export function addHandshake(api: FastifyInstance, { server }: ConsoleOptions): void {
  const { config, clock, stores } = server;

  api.post(
    "/console/api/handshake",
    { config: { role: "support" } },
    async (request): Promise<Reply<HandshakeReply>> => {
      const text = typeof request.body === "string" ? request.body : "";
      const sent = read(Body, parseBody(text, config.maxRequestDepth), "body", { unknown: "refuse", convert: false });
      const { stage, credential: name, nonce } = sent as typeof Body.static;
      const session = sessionOf(request);
      if (stage === "live" && session.role !== "admin") {
        throw new OperationRefused("Sockets of the stage live need the role admin.", { code: "ROLE" });
      }
      const credential = server.connectable().find((each) => each.name === name);
      if (!credential) throw new OperationRefused("No credential that takes connections has this name.");
      const store = await stores.open(stage);
      const by = actorOf(session);
      await record(store, { action: "credential.used", by, now: clock.now(), subject: name, data: { stage } });
      return { data: { hmac: server.hmacFor(credential, nonce) } };
    },
  );
}
