import { RequestError } from "../../errors.ts";
import { type PlayerId, parsePlayerId } from "../../ids.ts";
import { isMemberName, text } from "../../kernel/scripts/arguments.ts";
import { type Call, type CallScope, local, read, write } from "../../kernel/scripts/call.ts";
import { CallError } from "../../kernel/scripts/errors.ts";
import { Messages } from "../messages/index.ts";
import { lockOf } from "./lock.ts";
import { challengeInput } from "./script-input.ts";
import { consumeTurn, drawChallenge, removePlayer, setData, startChallenge, winChallenge } from "./scripted.ts";
import { type ChallengeWork, findChallenge } from "./step.ts";

/** Timeout for a lock held by another script. */
const LOCK_MS = 10_000;
const LONGEST_ID = 256;
const LONGEST_DATA = 16_000_000;

/**
 * The first argument of each call is a challenge's id. Each writing call waits for the challenge's lock, and is one
 * transaction with its messages that is kept even if the script fails later.
 */
export const challengeCalls: Record<string, Call> = {
  /** → `ChallengeInput`, or null if the challenge does not exist */
  "challenge.load": read((scope, [id]) => load(scope, text(id, "challengeInstanceId", LONGEST_ID))),

  /** area, name, JSON text of the value, or null to remove it */
  "challenge.set": write((scope, [id, area, name, json]) =>
    locked(scope, id, async (challenge) => {
      if (area !== "scriptData" && area !== "privateData")
        throw new CallError('area must be "scriptData" or "privateData".');
      const member = text(name, "name");
      if (!isMemberName(member))
        throw new CallError(`${JSON.stringify(member)} is not a valid name for challenge data.`);
      const value = json === null ? undefined : parsed(text(json, "value", LONGEST_DATA));
      await setData(scope.store, challenge, area, member, value);
    }),
  ),

  /** the winner's id → as `challenge.load` */
  "challenge.win": write((scope, [id, winner]) =>
    step(scope, id, (work, challenge) => winChallenge(work, challenge, playerOf(winner))),
  ),

  /** → as `challenge.load` */
  "challenge.draw": write((scope, [id]) => step(scope, id, drawChallenge)),

  /** → as `challenge.load` */
  "challenge.start": write((scope, [id]) => step(scope, id, startChallenge)),

  /** player id, whether to send a message → [whether the turn was taken, as `challenge.load`] */
  "challenge.takeTurn": write((scope, [id, player, notifies]) =>
    stepWithResult(scope, id, (work, challenge) => consumeTurn(work, challenge, playerOf(player), notifies === true)),
  ),

  /** player id → [whether the player was removed, as `challenge.load`] */
  "challenge.removePlayer": write((scope, [id, player]) =>
    stepWithResult(scope, id, (work, challenge) => removePlayer(work, challenge, playerOf(player))),
  ),

  /** Locks exist only in this process; see `lockCalls`. */
  "challenge.lock": local(async (scope, [id]) => {
    const challenge = text(id, "challengeInstanceId", LONGEST_ID);
    if (!(await findChallenge(scope.store, challenge))) throw new CallError("There is no such challenge.");
    await acquire(scope, challenge);
  }),

  "challenge.unlock": local(async ({ locks }, [id]) => {
    await locks.release(lockOf(text(id, "challengeInstanceId", LONGEST_ID)), "once");
  }),
};

async function load({ store }: CallScope, id: string) {
  const found = await findChallenge(store, id);
  return found && challengeInput(found);
}

async function acquire({ locks }: CallScope, id: string): Promise<void> {
  if (await locks.acquire(lockOf(id), LOCK_MS)) return;
  throw new CallError("Another script has had the challenge locked for ten seconds.");
}

async function locked<Result>(scope: CallScope, id: unknown, work: (id: string) => Promise<Result>): Promise<Result> {
  const challenge = text(id, "challengeInstanceId", LONGEST_ID);
  await acquire(scope, challenge);
  try {
    return await work(challenge);
  } finally {
    await scope.locks.release(lockOf(challenge), "once");
  }
}

type Step<Result> = (work: ChallengeWork, id: string) => Promise<Result>;

/** One transaction with its messages, which are being sent when this resolves. */
function runStep<Result>(scope: CallScope, id: unknown, work: Step<Result>): Promise<{ id: string; result: Result }> {
  const { store, clock, service, messageDepth, stage } = scope;
  const messages = service(Messages);
  return locked(scope, id, async (challenge) => {
    const done = await store.transaction(async (documents) => {
      const outbox = messages.outbox(stage, messageDepth);
      const result = await work({ documents, messages: outbox, now: clock.now() }, challenge);
      await messages.write(outbox, documents);
      return { outbox, result };
    });
    messages.deliver(done.outbox);
    return { id: challenge, result: done.result };
  }).catch((error) => {
    throw error instanceof RequestError ? new CallError(`The call was refused: ${JSON.stringify(error.pairs)}`) : error;
  });
}

async function step(scope: CallScope, id: unknown, work: Step<unknown>) {
  return load(scope, (await runStep(scope, id, work)).id);
}

async function stepWithResult(scope: CallScope, id: unknown, work: Step<boolean>) {
  const done = await runStep(scope, id, work);
  return [done.result, await load(scope, done.id)];
}

function playerOf(id: unknown): PlayerId {
  const player = parsePlayerId(id);
  if (player === undefined) throw new CallError("There is no such player.");
  return player;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json, (key, value) => (key === "__proto__" ? undefined : value));
  } catch {
    throw new CallError("value must be JSON.");
  }
}
