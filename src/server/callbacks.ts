import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { CloudCode } from "../cloudcode/cloudcode.ts";
import { accounts } from "../domains/accounts/index.ts";
import { RequestError } from "../errors.ts";
import type { Credential, Game, Stage } from "../game/game.ts";
import { objectIdOf, type PlayerId, parsePlayerId } from "../ids.ts";
import type { Caller } from "../kernel/caller.ts";
import type { ScriptKind } from "../kernel/scripts/result.ts";
import type { LoneResult } from "../kernel/scripts/runner.ts";
import { SYSTEM_SCRIPTS } from "../kernel/scripts/system-scripts.ts";
import { stageNamed, stageOfHost } from "./address.ts";
import type { Services } from "./call.ts";
import { callbackData } from "./callback-data.ts";
import { ipOf } from "./client-ip.ts";
import { takesConnections } from "./handshake.ts";
import { sameText } from "./hmac.ts";
import type { HttpRates } from "./http-rates.ts";
import {
  forbidden,
  noScript,
  responseTooLarge,
  scriptFailed,
  stopping,
  unknownCredential,
  unknownPlayer,
} from "./refusals.ts";

interface CallbackParams {
  stage?: string;
  apiKey: string;
  first: string;
  second?: string;
}

/** The script that a call is for, as proven by the secret. */
interface Callback {
  credential: Credential;
  kind: ScriptKind;
  name: string;
  playerId?: string;
}

const HTML = /^\s*<(?:!doctype html|html)\b/i;
const XML = /^\s*<\?xml\b/;

/**
 * Scripts that other servers call over HTTP, by GET or POST:
 *
 *     /callback/{apiKey}/{secret of the credential server}/{playerId}    GS_CALLBACK_URL; the player is optional
 *     /callback/{apiKey}/{credential}/{its secret}                       the credential's own script
 *
 * Errors and statuses are as for REST; see docs/compatibility/cloud-code.md.
 */
export function addCallbackRoutes(
  http: FastifyInstance,
  services: Services,
  rates: HttpRates,
  isStopping: () => boolean,
): void {
  type Request = FastifyRequest<{ Params: CallbackParams }>;

  const answer = async ({ params, headers, body, socket, url, method }: Request, reply: FastifyReply) => {
    const { config, game, clock, cloudCode } = services;
    const stage = stageNamed(params.stage) ?? stageOfHost(headers.host) ?? config.defaultStage;
    const callback = callbackOf(game, cloudCode, params);
    const rate = rates.of(socket, stage, callback?.credential);
    if (!rate.admits()) return refuse(reply, 429, rate.refusal(stage));
    if (isStopping()) return refuse(reply, 503, stopping());
    if (!callback) return refuse(reply, 401, unknownCredential());
    const { credential, kind, name, playerId } = callback;
    if (!credential.canCallback) return refuse(reply, 403, forbidden(credential.name, "callbacks"));
    if (!cloudCode.has(kind, name)) return refuse(reply, 404, noScript(kind, name));
    const player = playerId === undefined ? undefined : await known(services, stage, playerId);
    if (playerId !== undefined && !player) return refuse(reply, 404, unknownPlayer());

    let data: Record<string, unknown>;
    try {
      const content = method === "GET" ? undefined : Buffer.isBuffer(body) ? body : Buffer.alloc(0);
      data = await callbackData({ url, body: content, contentType: headers["content-type"] });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      return refuse(reply, 400, error);
    }
    const session = { sessionStartedAt: clock.now(), clientIp: ipOf(socket) };
    const caller: Caller = { door: "rest", stage, credential, player, ...session };
    const result = await services.scripts.run({ kind, name, stage, data, player, caller });
    return send(reply, name, result, config.maxResponseBytes);
  };

  // A separate scope, so that bodies arrive as bytes.
  http.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    for (const stage of ["", "/:stage(^preview$|^live$)"]) {
      for (const path of ["/:first", "/:first/", "/:first/:second", "/:first/:second/"]) {
        const url = `${stage}/callback/:apiKey${path}`;
        scope.route<{ Params: CallbackParams }>({
          method: ["GET", "POST"],
          url,
          exposeHeadRoute: false,
          handler: answer,
        });
      }
    }
  });
}

/** Undefined if no secret matches. Secrets are compared in constant time. */
function callbackOf(
  game: Game,
  cloudCode: CloudCode,
  { apiKey, first, second = "" }: CallbackParams,
): Callback | undefined {
  if (apiKey !== game.apiKey) return undefined;
  const byUrl = { kind: "system", name: SYSTEM_SCRIPTS.callbackUrl } as const;
  const server = game.credentials.get("server");
  if (server && takesConnections(server) && sameText(first, server.secret)) {
    return { credential: server, ...byUrl, ...(second !== "" && { playerId: second }) };
  }
  const credential = game.credentials.get(first);
  if (!credential || !takesConnections(credential) || !sameText(second, credential.secret)) return undefined;
  const { name } = credential;
  if (name === "server" && !cloudCode.has("callbacks", name)) return { credential, ...byUrl };
  return { credential, kind: "callbacks", name };
}

async function known(services: Services, stage: Stage, playerId: string): Promise<PlayerId | undefined> {
  const player = parsePlayerId(playerId);
  if (player === undefined) return undefined;
  const store = services.stores.opened(stage) ?? (await services.stores.open(stage));
  const found = await accounts(store).players.findOne({ _id: objectIdOf(player) }, { projection: { _id: 1 } });
  return found ? player : undefined;
}

/** Script data as JSON, with `error` if the script set errors; or only the text of RESPONSE_RAW. */
function send(reply: FastifyReply, name: string, result: LoneResult, maxBytes: number): FastifyReply {
  const { failure, runId, scriptData, scriptErrors } = result;
  if (failure) {
    return refuse(reply, failure.kind === "unavailable" ? 503 : 500, scriptFailed(name, failure, runId));
  }
  const isRaw = Object.hasOwn(scriptData, "RESPONSE_RAW");
  const raw = scriptData.RESPONSE_RAW;
  const hasErrors = Object.keys(scriptErrors).length > 0;
  const body = isRaw ? raw : { ...scriptData, ...(hasErrors && { error: scriptErrors }) };
  const text = isRaw && typeof raw === "string" ? raw : JSON.stringify(body);
  if (Buffer.byteLength(text) > maxBytes) return refuse(reply, 500, responseTooLarge(maxBytes));
  return reply
    .code(200)
    .type(`${isRaw ? typeOf(text) : "application/json"}; charset=utf-8`)
    .send(text);
}

function typeOf(text: string): string {
  if (HTML.test(text)) return "text/html";
  return XML.test(text) ? "text/xml" : "text/plain";
}

function refuse(reply: FastifyReply, status: number, { pairs }: RequestError): FastifyReply {
  return reply.code(status).send({ error: pairs });
}
