import { RequestError } from "../errors.ts";
import type { Credential } from "../game/game.ts";
import type { Caller } from "../kernel/caller.ts";
import type { RunContext } from "../kernel/scripts/call.ts";
import { CallError } from "../kernel/scripts/errors.ts";
import type { ScriptRequest, ScriptRequests, ScriptSession } from "../kernel/scripts/requests.ts";
import type { AnyRequest } from "../requests/definition.ts";
import type { Dispatch } from "./dispatcher.ts";
import { classOf, type Frame, tidied } from "./frames.ts";

/** The internal credential for scripts: it may send every request as any player, and has no secret. */
const SCRIPT: Credential = {
  name: "script",
  type: "script",
  secret: "",
  canHavePlayer: true,
  canListen: false,
  canCallback: false,
  coppaCompliant: false,
  restPolicy: "Forbidden",
  allows: () => true,
};
const COPPA_SCRIPT: Credential = { ...SCRIPT, coppaCompliant: true };

/**
 * Sends scripts' requests through the same dispatcher as clients' requests, without changing any session. If the
 * script's own connection must not connect social accounts, neither may its requests.
 */
export class ScriptRequestSender implements ScriptRequests {
  #requests: ReadonlyMap<string, AnyRequest> = new Map();
  #dispatch: Dispatch | undefined;

  /** Set later, because the dispatcher itself runs scripts. */
  connect(requests: ReadonlyMap<string, AnyRequest>, dispatch: Dispatch): void {
    this.#requests = requests;
    this.#dispatch = dispatch;
  }

  async send(sender: RunContext, request: ScriptRequest): Promise<Record<string, unknown>> {
    const frame = this.#frameOf(sender, request);
    const { response } = await this.#dispatch!(callerOf(sender, request), frame);
    return response;
  }

  #frameOf({ config }: RunContext, request: ScriptRequest): Frame {
    // A script's request is never repeated by a client.
    const { requestId: _, ...members } = request.frame;
    const frame = orCallError(() => tidied(members, config.maxRequestDepth));
    const name = orCallError(() => classOf(frame));
    const definition = this.#requests.get(name);
    if (!definition) throw new CallError(`This server has no request ${shown(name)}.`);
    if (definition.caller === "player" && request.player === undefined) {
      throw new CallError(`${name} needs a player, but this script has none. Use sendRequestAs or SendAs.`);
    }
    return frame;
  }
}

function callerOf(sender: RunContext, { player, runsScripts, durableId }: ScriptRequest): Caller {
  const { stage, clock, depth, messageDepth, chainLocks } = sender;
  const isOwn = player === sender.player;
  const session = isOwn ? sender.session : withoutId(sender.session);
  return {
    door: "script",
    stage,
    credential: sender.session?.credential.coppaCompliant ? COPPA_SCRIPT : SCRIPT,
    player,
    sessionStartedAt: isOwn && session ? session.startedAt : clock.now(),
    script: { depth: depth + 1, messageDepth, runsScripts, session, chainLocks, durableId },
  };
}

/** The session of a request that is sent as another player. */
function withoutId(session: ScriptSession | undefined): ScriptSession | undefined {
  return session && { ...session, id: undefined };
}

function orCallError<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof RequestError ? new CallError(String(error.pairs["detail"])) : error;
  }
}

function shown(name: string): string {
  return name.length > 60 ? `${name.slice(0, 60)}…` : name;
}
