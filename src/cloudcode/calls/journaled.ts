import type { Outbox } from "../../domains/messages/index.ts";
import { Messages } from "../../domains/messages/index.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { type Call, type CallScope, writeExactly } from "../../kernel/scripts/call.ts";
import type { CallJournal, CallRecord } from "../../kernel/scripts/journal.ts";
import type { ServiceClass } from "../../kernel/service.ts";
import type { Documents, Store, Writable } from "../../store/store.ts";
import { ANSWER } from "../protocol.ts";
import { writePlayers } from "./flush.ts";

export interface MadeCall {
  name: string;
  call: Call;
  args: readonly unknown[];
  carryOut(scope: CallScope): Promise<string>;
  /** Returns the text of a refusal. Throws errors that end the run. */
  refusalOf(error: unknown): string;
}

/**
 * Executes a call of a durable request's script, or replays its recorded answer if the run was interrupted.
 * - A read is recorded together with the next write.
 * - An exact call and its record are one transaction, so it happens exactly once.
 * - Other writes are recorded when done, before the script continues. If the server is killed in between, or the call
 *   fails and the script writes nothing afterwards, the call is repeated.
 */
export async function journaled(scope: CallScope, journal: CallJournal, made: MadeCall): Promise<string> {
  const { name, call, args } = made;
  if (call.flushes && scope.unwritten?.changes) await journaled(scope, journal, flush(made));
  const about = aboutOf(name, args);
  const before = journal.replay(about);
  if (before) {
    scope.cursors.replayed();
    if (before.flushed && scope.unwritten) scope.unwritten.changes = undefined;
    return before.answer;
  }
  if (call.isExact) return exactly(scope, journal, made, about);
  const answer = await made.carryOut(scope).catch((error) => made.refusalOf(error));
  const record = { about, ...(!hasSecret(name, answer) && { answer }) };
  if (!call.writes || hasFailed(name, answer)) {
    journal.note(record);
    return answer;
  }
  return journal
    .write(scope.store, async () => record)
    .then(
      () => answer,
      (error) => refused(journal, made, about, error),
    );
}

async function exactly(scope: CallScope, journal: CallJournal, made: MadeCall, about: string): Promise<string> {
  const { call, args } = made;
  let attempt: Inside | undefined;
  try {
    await call.prepare?.(scope, args);
    const { answer } = await journal.write(call.isEarly ? scope.early : scope.store, async (tx) => {
      attempt = insideOf(scope, tx, call.isEarly === true);
      const text = await made.carryOut(attempt.scope);
      return { about, answer: text, ...(attempt.hasFlushed() && { flushed: true as const }) };
    });
    attempt?.written();
    return answer!;
  } catch (error) {
    return refused(journal, made, about, error);
  }
}

/** A refusal is recorded like any answer. Nothing was written. */
function refused(journal: CallJournal, made: MadeCall, about: string, error: unknown): string {
  const answer = made.refusalOf(error);
  journal.note({ about, answer });
  return answer;
}

interface Inside {
  scope: CallScope;
  hasFlushed(): boolean;
  /** Call after the transaction has committed. */
  written(): void;
}

/** The scope of an exact call in its transaction, one per attempt, so that a rolled-back attempt has no effects. */
function insideOf(scope: CallScope, tx: Documents, isEarly: boolean): Inside {
  const { store } = scope;
  const messages = scope.service(Messages);
  const outboxes: Outbox[] = [];
  const unwritten = { changes: scope.unwritten?.changes };
  const hasFlushed = () => scope.unwritten?.changes !== undefined && unwritten.changes === undefined;
  const writable: Writable = { collection: (name) => tx.collection(name), transaction: (work) => work(tx) };
  const held: Pick<Messages, "outbox" | "write" | "deliver" | "terminateSessions"> = {
    outbox: (...about) => messages.outbox(...about),
    write: (outbox, documents) => messages.write(outbox, documents),
    deliver: (outbox) => void outboxes.push(outbox),
    terminateSessions: (...about) => messages.terminateSessions(...about),
  };
  const inside: Store = { ...writable, ping: () => store.ping(), close: () => store.close() };
  return {
    scope: {
      ...scope,
      // An early call writes through `early` only; it needs the store itself for this process's state.
      ...(isEarly ? { early: writable } : { store: inside }),
      unwritten,
      service: ((of: ServiceClass) => (of === Messages ? held : scope.service(of))) as Kernel["service"],
    },
    hasFlushed,
    written() {
      if (hasFlushed()) scope.unwritten!.changes = undefined;
      for (const outbox of outboxes) messages.deliver(outbox);
    },
  };
}

function flush(made: MadeCall): MadeCall {
  return {
    ...made,
    name: "players.flush",
    args: [],
    call: writeExactly((inside) => writePlayers(inside)),
    async carryOut(scope) {
      await writePlayers(scope);
      return "";
    },
    refusalOf(error) {
      throw error;
    },
  };
}

function aboutOf(name: string, args: readonly unknown[]): CallRecord["about"] {
  const parts = name.startsWith("collection.") ? 2 : name.startsWith("data.") ? 1 : 0;
  return parts === 0 ? name : `${name} ${JSON.stringify(args.slice(0, parts))}`;
}

/** Whether the call failed in a way that a repetition may not. */
function hasFailed(name: string, answer: string): boolean {
  if (answer.startsWith(ANSWER.error)) return true;
  if (name !== "request.send") return false;
  const { error } = JSON.parse(answer.slice(ANSWER.result.length)) as { error?: Record<string, unknown> };
  return error?.["server"] !== undefined || error?.["script"] !== undefined;
}

/** Tokens must not be stored in plain text. */
function hasSecret(name: string, answer: string): boolean {
  return name === "request.send" && answer.includes('"authToken"');
}
