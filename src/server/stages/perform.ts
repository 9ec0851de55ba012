import { settingsOf } from "../../config.ts";
import { AccountsService, accountsSettings, issueToken, writeScriptChanges } from "../../domains/accounts/index.ts";
import { type Mailbox, Messages, NO_MAILBOX } from "../../domains/messages/index.ts";
import { RequestError } from "../../errors.ts";
import type { Outcome, PlayerContext } from "../../requests/definition.ts";
import type { Documents } from "../../store/store.ts";
import type { Call, Services } from "../call.ts";
import { noteOutcome, recordOutcome } from "../durable.ts";

/**
 * The request's own work. What it writes, what the scripts before it changed of players, the new authToken, the
 * messages it sends and the outcome of a durable request are one transaction. Where the work is refused it is undone,
 * and the scripts' changes and the refusal are written by themselves: they hold once the scripts have ended. Not done
 * where a script set an error; nothing at all is written where one failed.
 * @throws PlayerChanged where what the scripts changed no longer holds
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

/** A refusal is the request's outcome, and is kept as such; any other error is thrown again. */
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
    const post = messages.post(call.caller.stage, call.caller.script?.messageDepth);
    await writeChanges(documents, call);
    const outcome = await known.handle(contextOf(services, call, documents, post), request!, prepared);
    await take(services, call, documents, outcome);
    return post;
  };
  const write = async (tx: Documents) => {
    const post = await attempt(tx);
    await messages.write(post, tx);
    return post;
  };
  const writes = known.work === "write" || scripts.changes !== undefined || claim !== undefined;
  const post = writes ? await store.transaction(write) : await attempt(store);
  if (!writes && post.drafts.length > 0) await store.transaction((tx) => messages.write(post, tx));
  noteOutcome(services, call);
  messages.deliver(post);
}

/** Puts the outcome on the call. Idempotent but for its writes, as a transaction may run again. */
async function take(
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

/** `handle` of a request that needs a player is only reached with one. */
export function contextOf(services: Services, call: Call, documents: Documents, messages: Mailbox): PlayerContext {
  return {
    game: services.game,
    stage: call.caller.stage,
    config: services.config,
    clock: services.clock,
    presence: services.presence,
    passwords: services.service(AccountsService).passwords,
    documents,
    messages,
    // Of a script's request: the connection that the script's own request came by.
    caller: call.caller.script?.session?.connection ?? call.caller,
    credential: call.caller.credential,
    sessionStartedAt: call.caller.sessionStartedAt,
    player: call.player,
    admitted: call.admitted,
  } as PlayerContext;
}
