import { ObjectId } from "../../bson.ts";
import type { Stage } from "../../game/game.ts";
import { type PlayerId, playerIdOf } from "../../ids.ts";
import type { MessageDefinition } from "../../kernel/message.ts";
import type { ScriptChanges } from "../../kernel/scripts/player.ts";
import { isRefusal } from "../../store/errors.ts";
import type { Documents, Store } from "../../store/store.ts";
import { PlayerChanged, writeScriptChanges } from "../accounts/index.ts";
import { type MessageDocument, messageCollections, type OutgoingDocument } from "./collections.ts";
import { type CopySettings, copyOf, keep } from "./copies.ts";
import { bodyOf, type Draft, type Scripted } from "./draft.ts";
import { type MessageScriptRun, type MessageScripts, scriptNameOf } from "./scripts.ts";

/** Copies that one transaction makes where no script runs for each. */
const COPIES_AT_ONCE = 200;
/** How often a script is run where what it takes from a player was taken meanwhile. */
const MAX_RUNS = 10;
const NOTHING: Scripted = { scriptData: {}, scriptErrors: {} };

export interface CopyMakerSettings extends CopySettings {
  /** Every class of messages, by its name. */
  classes: ReadonlyMap<string, MessageDefinition>;
  now(): number;
  /** How long nobody else takes over what is worked on here; longer than a script may take. */
  leaseMs: number;
  /** A copy is on disk. */
  written(store: Store, stage: Stage, copy: MessageDocument): void;
  /** The server stops. */
  isClosing(): boolean;
}

/** An outgoing message that is worked on here. */
export interface Work {
  readonly store: Store;
  readonly stage: Stage;
  /** As it is in the store, as far as this process wrote it. */
  document: OutgoingDocument;
  /** How often in a row it did not get on. */
  failures: number;
}

/** "done": there is nothing left to do here, or somebody else has taken over; "waits": for a script host, or a restart. */
export type CopiesEnd = "done" | "waits";

/** What all copies share while they are made. */
interface Making {
  work: Work;
  draft: Draft;
  playerIds: readonly PlayerId[];
}

/**
 * Makes the copies of an outgoing message: the global script once, then for each player the user script, its changes to
 * the player and the copy as one transaction. What the store refuses of a script for good is left out as if the script had
 * failed, which the log tells.
 */
export class CopyMaker {
  readonly #scripts: MessageScripts;
  readonly #settings: CopyMakerSettings;

  constructor(scripts: MessageScripts, settings: CopyMakerSettings) {
    this.#scripts = scripts;
    this.#settings = settings;
  }

  /** Do scripts run for this message? */
  isScripted(draft: Draft): boolean {
    const has = (kind: "message-global" | "message-user") => scriptNameOf(this.#scripts, kind, draft) !== undefined;
    return has("message-global") || has("message-user");
  }

  /** Goes on from where the message is. @throws what the store does: what was made until then is made */
  async carryOut(work: Work): Promise<CopiesEnd> {
    const { store, document } = work;
    const draft = JSON.parse(document.draft) as Draft;
    const making: Making = { work, draft, playerIds: document.to.map(playerIdOf) };
    if (this.#settings.isClosing()) return "waits";
    const scripted = await this.#runGlobal(making);
    if (scripted === "done" || scripted === "waits") return scripted;
    if (scriptNameOf(this.#scripts, "message-global", draft) !== undefined) {
      making.draft = await this.#refreshed(store, draft);
    }
    const userScript = scriptNameOf(this.#scripts, "message-user", draft);
    while (work.document.done < document.to.length) {
      if (this.#settings.isClosing()) return "waits";
      const { done } = work.document;
      const players = making.playerIds.slice(done, done + (userScript === undefined ? COPIES_AT_ONCE : 1));
      const end =
        userScript === undefined
          ? await this.#makeCopies(making, players, scripted)
          : await this.#makeScripted(making, players[0]!, scripted, userScript);
      if (end !== "made") return end;
    }
    return "done";
  }

  async #refreshed(store: Store, draft: Draft): Promise<Draft> {
    const { classes, maxMessageBytes } = this.#settings;
    const fields = await classes.get(draft.class)?.refresh?.(store, draft.fields, maxMessageBytes);
    return fields ? { ...draft, fields } : draft;
  }

  /** What the global script set. */
  async #runGlobal({ work, draft, playerIds }: Making): Promise<Scripted | CopiesEnd> {
    const { store, stage, document } = work;
    if (document.scripted !== undefined) return JSON.parse(document.scripted) as Scripted;
    const name = scriptNameOf(this.#scripts, "message-global", draft);
    if (name === undefined) return NOTHING;
    const about = { outgoingId: document._id.toHexString() };
    const script = { kind: "message-global", name, stage, about, data: bodyOf(draft, {}), player: undefined } as const;
    return this.#run({ work, draft, playerIds }, { ...script, before: NOTHING }, async (scripted, changes) => {
      const due = this.#due();
      const text = JSON.stringify(scripted);
      const isFirst = await store.transaction(async (tx) => {
        const { matchedCount } = await messageCollections(tx).outgoing.updateOne(
          { _id: document._id, scripted: { $exists: false } },
          { $set: { scripted: text, due } },
        );
        if (matchedCount === 1 && changes) await writeScriptChanges(tx, undefined, changes, "merged");
        return matchedCount === 1;
      });
      if (!isFirst) return "done";
      work.document = { ...work.document, scripted: text, due };
      return scripted;
    });
  }

  #makeScripted(making: Making, player: PlayerId, before: Scripted, name: string): Promise<"made" | CopiesEnd> {
    const id = new ObjectId();
    const messageId = id.toHexString();
    const data = bodyOf(making.draft, { messageId, playerId: player }, before);
    const { stage } = making.work;
    const script = { kind: "message-user", name, stage, about: { messageId }, data, player, before } as const;
    return this.#run(making, script, (scripted, changes) =>
      this.#makeCopies(making, [player], scripted, { id, ...(changes && { changes }) }),
    );
  }

  /**
   * Runs a script, and writes what came of it while its locks are held: what it set and changed, or what there was before it
   * where it failed or the store refuses that for good. It is run again where something that it took from a player was gone
   * by then, unless it has written something else already.
   */
  async #run<T>(
    { work, draft: { depth = 0 }, playerIds }: Making,
    script: Omit<MessageScriptRun, "playerIds" | "depth" | "isAgain" | "releaseLater">,
    write: (scripted: Scripted, changes?: ScriptChanges) => Promise<T>,
  ): Promise<T | "waits"> {
    const run = { ...script, playerIds, depth, isAgain: work.failures > 0 };
    for (let runs = 1; ; runs++) {
      const written = await keepingLocks(async (releaseLater) => {
        const ended = await this.#scripts.run({ ...run, releaseLater });
        // A stopping server ends its scripts: they run again in the next process.
        const isCut = ended.end === "no host" || (ended.end === "failed" && this.#settings.isClosing());
        if (isCut) return "waits";
        if (ended.end === "failed") return { by: await write(run.before) };
        const { scripted, changes, refused } = ended;
        try {
          return { by: await write(scripted, changes) };
        } catch (error) {
          if (error instanceof PlayerChanged && !changes.wrote && runs < MAX_RUNS) return "again";
          if (!(error instanceof PlayerChanged) && !isRefusal(error)) throw error;
          refused(error);
          return { by: await write(run.before) };
        }
      });
      if (written === "waits") return written;
      if (written !== "again") return written.by;
    }
  }

  /** The next copies, one transaction. */
  async #makeCopies(
    { work, draft }: Making,
    players: readonly PlayerId[],
    scripted: Scripted,
    only: { id?: ObjectId; changes?: ScriptChanges } = {},
  ): Promise<"made" | "done"> {
    const { store, stage, document } = work;
    const created = document.created.getTime();
    const due = this.#due();
    const done = document.done + players.length;
    const copies = await store.transaction(async (tx) => {
      if (!(await moveOn(tx, document, { done, due }))) return undefined;
      if (only.changes) await writeScriptChanges(tx, players[0], only.changes, "merged");
      const made = players.map((player) =>
        copyOf(draft, player, created, this.#settings, { ...(only.id && { id: only.id }), scripted }),
      );
      await keep(tx, made, this.#settings.now());
      return made;
    });
    if (!copies) return "done";
    work.document = { ...document, done, due };
    for (const copy of copies) this.#settings.written(store, stage, copy);
    return "made";
  }

  #due(): Date {
    return new Date(this.#settings.now() + this.#settings.leaseMs);
  }
}

/** False where somebody else has made the next copies. */
async function moveOn(tx: Documents, from: OutgoingDocument, to: { done: number; due: Date }): Promise<boolean> {
  const { outgoing } = messageCollections(tx);
  const here = { _id: from._id, done: from.done };
  if (to.done >= from.to.length) return (await outgoing.deleteOne(here)).deletedCount === 1;
  return (await outgoing.updateOne(here, { $set: to })).matchedCount === 1;
}

/** What scripts lock stays locked until `work` has written what they changed. */
async function keepingLocks<T>(work: (releaseLater: MessageScriptRun["releaseLater"]) => Promise<T>): Promise<T> {
  const releases: (() => Promise<void>)[] = [];
  try {
    return await work((release) => releases.push(release));
  } finally {
    for (const release of releases) await release();
  }
}
