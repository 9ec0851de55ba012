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

/** How long a script waits for a challenge that another one has locked, or is at. */
const LOCK_MS = 10_000;
const LONGEST_ID = 256;
const LONGEST_DATA = 16_000_000;

/**
 * Challenges. The first argument of each call is a challenge's id. Each that writes is one transaction with its messages,
 * is done at once whatever becomes of the script, and waits while another script has the challenge locked.
 */
export const challengeCalls: Record<string, Call> = {
  /** answers `ChallengeInput`, or null where there is none */
  "challenge.load": read((scope, [id]) => load(scope, text(id, "challengeInstanceId", LONGEST_ID))),

  /** area, name, JSON text of the value or null to remove it */
  "challenge.set": write((scope, [id, area, name, json]) =>
    locked(scope, id, async (challenge) => {
      if (area !== "scriptData" && area !== "privateData") throw new CallError("A challenge has no such data.");
      const member = text(name, "name");
      if (!isMemberName(member))
        throw new CallError(`A challenge's data can have no member ${JSON.stringify(member)}.`);
      const value = json === null ? undefined : parsed(text(json, "value", LONGEST_DATA));
      await setData(scope.store, challenge, area, member, value);
    }),
  ),

  /** the winner's id; answers as `challenge.load` does */
  "challenge.win": write((scope, [id, winner]) =>
    step(scope, id, (work, challenge) => winChallenge(work, challenge, playerOf(winner))),
  ),

  /** answers as `challenge.load` does */
  "challenge.draw": write((scope, [id]) => step(scope, id, drawChallenge)),

  /** answers as `challenge.load` does */
  "challenge.start": write((scope, [id]) => step(scope, id, startChallenge)),

  /** id of the player, whether it is told by a message; answers [whether it was taken, as `challenge.load`] */
  "challenge.takeTurn": write((scope, [id, player, tells]) =>
    asking(scope, id, (work, challenge) => consumeTurn(work, challenge, playerOf(player), tells === true)),
  ),

  /** id of the player; answers [whether one was removed, as `challenge.load`] */
  "challenge.removePlayer": write((scope, [id, player]) =>
    asking(scope, id, (work, challenge) => removePlayer(work, challenge, playerOf(player))),
  ),

  /** A lock is no data: see `lockCalls`. */
  "challenge.lock": local(async (scope, [id]) => {
    const challenge = text(id, "challengeInstanceId", LONGEST_ID);
    if (!(await findChallenge(scope.store, challenge))) throw new CallError("There is no such challenge.");
    await take(scope, challenge);
  }),

  "challenge.unlock": local(async ({ locks }, [id]) => {
    await locks.release(lockOf(text(id, "challengeInstanceId", LONGEST_ID)), "once");
  }),
};

async function load({ store }: CallScope, id: string) {
  const found = await findChallenge(store, id);
  return found && challengeInput(found);
}

async function take({ locks }: CallScope, id: string): Promise<void> {
  if (await locks.acquire(lockOf(id), LOCK_MS)) return;
  throw new CallError("Another script has had the challenge locked for ten seconds.");
}

async function locked<Result>(scope: CallScope, id: unknown, work: (id: string) => Promise<Result>): Promise<Result> {
  const challenge = text(id, "challengeInstanceId", LONGEST_ID);
  await take(scope, challenge);
  try {
    return await work(challenge);
  } finally {
    await scope.locks.release(lockOf(challenge), "once");
  }
}

type Step<Result> = (work: ChallengeWork, id: string) => Promise<Result>;

/** One transaction with its messages, which are on their way when it is answered. */
function inStep<Result>(scope: CallScope, id: unknown, work: Step<Result>): Promise<{ id: string; result: Result }> {
  const { store, clock, service, messageDepth, stage } = scope;
  const messages = service(Messages);
  return locked(scope, id, async (challenge) => {
    const done = await store.transaction(async (documents) => {
      const post = messages.post(stage, messageDepth);
      const result = await work({ documents, messages: post, now: clock.now() }, challenge);
      await messages.write(post, documents);
      return { post, result };
    });
    messages.deliver(done.post);
    return { id: challenge, result: done.result };
  }).catch((error) => {
    throw error instanceof RequestError ? new CallError(`It is refused: ${JSON.stringify(error.pairs)}`) : error;
  });
}

async function step(scope: CallScope, id: unknown, work: Step<unknown>) {
  return load(scope, (await inStep(scope, id, work)).id);
}

async function asking(scope: CallScope, id: unknown, work: Step<boolean>) {
  const done = await inStep(scope, id, work);
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
