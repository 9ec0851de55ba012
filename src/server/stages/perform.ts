import { settingsOf } from "../../config.ts";
import { AccountsService, accountsSettings, issueToken, writeScriptChanges } from "../../domains/accounts/index.ts";
import { type Mailbox, Messages, NO_MAILBOX } from "../../domains/messages/index.ts";
import { RequestError } from "../../errors.ts";
import type { Actor } from "../../kernel/actor.ts";
import { type Outcome, type PlayerContext, refusing } from "../../requests/definition.ts";
import type { Documents } from "../../store/store.ts";
import type { Call, Services } from "../call.ts";
import { noteOutcome, recordOutcome } from "../durable.ts";
import { echoOf } from "../request-id.ts";

/**
 * Runs the handler. Its writes, the scripts' player changes, the authToken, messages and a durable outcome are one
 * transaction. If the handler refuses, only its own writes are rolled back. If a script set an error the handler is
 * skipped; if a script failed nothing is written.
 * @throws PlayerChanged if the scripts' changes conflict
 */
export async function perform(services: Services, call: Call): Promise<void> {
  if (call.outcome.refusal) return;
  if (call.isRefused) return settle(services, call);
  try {
    await work(services, call);
  } catch (error) {
    await refuse(services, call, error);
  }
}

/** Records a refusal as the outcome; rethrows other errors. */
export async function refuse(services: Services, call: Call, error: unknown): Promise<void> {
  if (!(error instanceof RequestError)) throw error;
  call.outcome = { refusal: error };
  await settle(services, call);
}

async function work(services: Services, call: Call): Promise<void> {
  const { known, store, request, scripts, claim } = call;
  const messages = services.service(Messages);
  const prepared = known.prepare && (await known.prepare(contextOf(services, call, store, NO_MAILBOX), request!));
  const attempt = async (documents: Documents) => {
    const outbox = messages.outbox(call.caller.stage, call.caller.script?.messageDepth);
    await writeChanges(documents, call);
    const outcome = await known.handle(contextOf(services, call, documents, outbox), request!, prepared);
    await complete(services, call, documents, outcome);
    return outbox;
  };
  const write = async (tx: Documents) => {
    const outbox = await attempt(tx);
    await messages.write(outbox, tx);
    return outbox;
  };
  const writes = known.work === "write" || scripts.changes !== undefined || claim !== undefined;
  const outbox = writes ? await store.transaction(write) : await attempt(store);
  if (!writes && outbox.drafts.length > 0) await store.transaction((tx) => messages.write(outbox, tx));
  noteOutcome(services, call);
  messages.deliver(outbox);
}

/** Sets the outcome. May run again, since a transaction may be repeated. */
async function complete(
  services: Services,
  call: Call,
  documents: Documents,
  { response, signIn, newToken, endSession }: Outcome<Record<string, unknown>>,
): Promise<void> {
  const { clock, config } = services;
  const owner = signIn ?? (newToken && call.player);
  const authToken = owner && (await issueToken(documents, owner, clock.now(), settingsOf(config, accountsSettings)));
  call.outcome = { response, signIn, authToken, endSession: endSession === true };
  if (call.claim !== undefined) await recordOutcome(documents, services, call);
}

async function settle(services: Services, call: Call): Promise<void> {
  call.outcome = { refusal: call.outcome.refusal };
  if (call.scripts.changes === undefined && call.claim === undefined) return;
  await call.store.transaction(async (tx) => {
    await writeChanges(tx, call);
    if (call.claim !== undefined) await recordOutcome(tx, services, call);
  });
  noteOutcome(services, call);
}

async function writeChanges(documents: Documents, { player, scripts: { changes, mode } }: Call): Promise<void> {
  if (changes) await writeScriptChanges(documents, player, changes, mode);
}

/** The cast is safe: the handler of a request that needs a player only runs with one. */
export function contextOf(services: Services, call: Call, documents: Documents, messages: Mailbox): PlayerContext {
  const { passwords, linkTokens, socialStatuses } = services.service(AccountsService);
  return {
    ...refusing,
    game: services.game,
    stage: call.caller.stage,
    config: services.config,
    clock: services.clock,
    presence: services.presence,
    passwords,
    linkTokens,
    socialStatuses,
    providerCalls: services.providerCalls,
    documents,
    messages,
    // For a script's request: the connection of the script's own request.
    caller: call.caller.script?.session?.connection ?? call.caller,
    actor: actorOf(call),
    credential: call.caller.credential,
    sessionStartedAt: call.caller.sessionStartedAt,
    player: call.player,
    admitted: call.admitted,
  } as PlayerContext;
}

function actorOf({ caller, player, frame }: Call): Actor {
  const requestId = echoOf(frame);
  return { door: caller.door, playerId: player, ...(requestId !== undefined && { requestId: String(requestId) }) };
}
