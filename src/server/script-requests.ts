import { RequestError } from "../errors.ts";
import type { Credential } from "../game/game.ts";
import type { Caller } from "../kernel/caller.ts";
import type { RunContext } from "../kernel/scripts/call.ts";
import { CallError } from "../kernel/scripts/errors.ts";
import type { ScriptRequest, ScriptRequests, ScriptSession } from "../kernel/scripts/requests.ts";
import type { AnyRequest } from "../requests/definition.ts";
import type { Dispatch } from "./dispatcher.ts";
import { classOf, type Frame, tidied } from "./frames.ts";

/** What scripts send by: every request, as any player. No client knows it, and it has no secret. */
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
 * Requests that scripts send: through the same dispatcher as those of clients, so that each is one thing by whatever way
 * it came. What signs somebody in or ends a session answers so, and no session is changed. Where the script's own
 * connection must not connect social accounts, the request must not either.
 */
export class ScriptRequestSender implements ScriptRequests {
  #requests: ReadonlyMap<string, AnyRequest> = new Map();
  #dispatch: Dispatch | undefined;

  /** The dispatcher runs scripts, which send requests; so it comes later. */
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
    // A script's request is nobody's to repeat.
    const { requestId: _, ...members } = request.frame;
    const frame = orCallError(() => tidied(members, config.maxRequestDepth));
    const name = orCallError(() => classOf(frame));
    const definition = this.#requests.get(name);
    if (!definition) throw new CallError(`This server has no ${shown(name)}.`);
    if (definition.caller === "player" && request.player === undefined) {
      throw new CallError(`${name} needs a player, and this script has none. Send it as one: sendRequestAs, SendAs.`);
    }
    return frame;
  }
}

function callerOf(sender: RunContext, { player, runsScripts, durableId }: ScriptRequest): Caller {
  const { stage, clock, depth, messageDepth, chainLocks } = sender;
  const isOwn = player === sender.player;
  const session = isOwn ? sender.session : withoutId(sender.session);
  return {
    stage,
    credential: sender.session?.credential.coppaCompliant ? COPPA_SCRIPT : SCRIPT,
    player,
    sessionStartedAt: isOwn && session ? session.startedAt : clock.now(),
    script: { depth: depth + 1, messageDepth, runsScripts, session, chainLocks, durableId },
  };
}

/** The connection of another player than the one whom a request is sent as. */
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
