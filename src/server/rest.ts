import type { ServerResponse } from "node:http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ownerOfToken } from "../domains/accounts/index.ts";
import { RequestError } from "../errors.ts";
import type { Credential, Stage } from "../game/game.ts";
import { type PlayerId, parsePlayerId } from "../ids.ts";
import type { Caller } from "../kernel/caller.ts";
import { stageNamed, stageOfHost } from "./address.ts";
import type { Services } from "./call.ts";
import { ipOf } from "./client-ip.ts";
import type { Dispatch } from "./dispatcher.ts";
import { type Frame, parseFrame } from "./frames.ts";
import { takesConnections } from "./handshake.ts";
import { sameText } from "./hmac.ts";
import type { HttpRates } from "./http-rates.ts";
import { forbidden, stopping, unknownCredential, wrongToken } from "./refusals.ts";
import { refusalOf, textOf } from "./respond.ts";

interface RestParams {
  stage?: string;
  credential: string;
  secret: string;
  request: string;
}

/**
 * REST: `POST /rs/{credential}/{secret}/{RequestName}`. Dispatched requests get status 200, even if refused;
 * docs/compatibility/protocol.md lists the others. A login only lasts through its authToken.
 */
export function addRestRoutes(
  http: FastifyInstance,
  services: Services,
  dispatch: Dispatch,
  rates: HttpRates,
  isStopping: () => boolean,
): void {
  const answer = async (
    { params, headers, body, socket }: FastifyRequest<{ Params: RestParams }>,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const { config, game, clock, requests } = services;
    const stage = stageNamed(params.stage) ?? stageOfHost(headers.host) ?? config.defaultStage;
    const credential = game.credentials.get(params.credential);
    const proven =
      credential !== undefined && takesConnections(credential) && sameText(params.secret, credential.secret);
    const rate = rates.of(socket, stage, proven ? credential : undefined);
    if (!rate.admits()) return refuse(reply, 429, rate.refusal(stage));
    if (isStopping()) return refuse(reply, 503, stopping());
    if (!proven) return refuse(reply, 401, unknownCredential());
    if (credential.restPolicy === "Forbidden") return refuse(reply, 403, forbidden(credential.name, "REST"));

    let frame: Frame;
    try {
      frame = parseFrame(typeof body === "string" && body !== "" ? body : "{}", config.maxRequestDepth);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      return refuse(reply, 400, error);
    }
    frame["@class"] = `.${params.request}`;
    const player = await playerOf(services, stage, credential, frame);
    if (player === "refused")
      return reply.code(401).send(refusalOf(frame, wrongToken(), requests.get(params.request)?.responseName));

    const caller: Caller = {
      door: "rest",
      stage,
      credential,
      player,
      sessionStartedAt: clock.now(),
      clientIp: ipOf(socket),
      get gone() {
        return closeOf(reply.raw);
      },
    };
    const { response, result } = await dispatch(caller, frame);
    reply.code(statusOf(response, result, requests.has(params.request))).type("application/json; charset=utf-8");
    return reply.send(textOf(response, config.maxResponseBytes));
  };

  for (const path of ["/rs/:credential/:secret/:request", "/:stage(^preview$|^live$)/rs/:credential/:secret/:request"])
    http.post<{ Params: RestParams }>(path, answer);
}

/**
 * The player of the authToken in the body. A credential without a player names one in `playerId`, which the dispatcher
 * resolves; if the policy requires a token too, it must belong to that player.
 */
async function playerOf(
  services: Services,
  stage: Stage,
  credential: Credential,
  frame: Frame,
): Promise<PlayerId | undefined | "refused"> {
  const { authToken, playerId } = frame;
  const wanted = credential.restPolicy === "RequireAuthToken";
  if (typeof authToken !== "string" || authToken === "" || authToken === "0") return wanted ? "refused" : undefined;
  if (!credential.canHavePlayer && !wanted) return undefined;
  const store = services.stores.opened(stage) ?? (await services.stores.open(stage));
  const owner = await ownerOfToken(store, authToken, services.clock.now());
  const other = playerId !== undefined && playerId !== null && parsePlayerId(playerId) !== owner;
  return owner === undefined || other ? "refused" : owner;
}

/** Aborted when the response closes. The request's own `close` event already fires at the end of its body. */
function closeOf(response: ServerResponse): AbortSignal {
  const closed = new AbortController();
  if (response.closed) closed.abort();
  else response.once("close", () => closed.abort());
  return closed.signal;
}

function statusOf(response: Frame, result: string, known: boolean): number {
  if (!known) return 404;
  if (result !== "failed") return 200;
  return (response.error as Frame).server === "BUSY" ? 503 : 500;
}

function refuse(reply: FastifyReply, status: number, refusal: RequestError): FastifyReply {
  return reply.code(status).send(refusalOf(undefined, refusal));
}
