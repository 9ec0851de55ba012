import { ObjectId } from "../../bson.ts";
import type { Stage } from "../../game/game.ts";
import { type PlayerId, playerIdOf } from "../../ids.ts";
import type { Claim } from "../../jobs/claim.ts";
import type { JobEnd } from "../../jobs/kind.ts";
import type { MessageDefinition } from "../../kernel/message.ts";
import type { ScriptChanges } from "../../kernel/scripts/player.ts";
import { isRefusal } from "../../store/errors.ts";
import type { Store } from "../../store/store.ts";
import { PlayerChanged, writeScriptChanges } from "../accounts/index.ts";
import type { MessageDocument, OutgoingDocument } from "./collections.ts";
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
  /** A copy is on disk. */
  written(store: Store, stage: Stage, copy: MessageDocument): void;
  /** The server stops. */
  isClosing(): boolean;
}

/** An outgoing message that is worked on here. */
export interface Work {
  readonly claim: Claim<OutgoingDocument>;
  readonly stage: Stage;
  /** It was tried before by this process. */
  readonly isRetry: boolean;
  readonly draft: Draft;
}

/** What all copies share while they are made. */
interface Making extends Work {
  readonly playerIds: readonly PlayerId[];
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

  /** Resumes the message where its progress is. @throws LeaseLost, and what the store does; the copies made by then stay */
  async carryOut(work: Work): Promise<JobEnd> {
    const { claim, draft } = work;
    const { store } = claim;
    const { to } = claim.document;
    const making: Making = { ...work, playerIds: to.map(playerIdOf) };
    if (this.#settings.isClosing()) return "unavailable";
    const scripted = await this.#runGlobal(making);
    if (scripted === "unavailable") return scripted;
    const hasGlobal = scriptNameOf(this.#scripts, "message-global", draft) !== undefined;
    const refreshed = hasGlobal ? { ...making, draft: await this.#refreshed(store, draft) } : making;
    const userScript = scriptNameOf(this.#scripts, "message-user", draft);
    while (claim.document.done < to.length) {
      if (this.#settings.isClosing()) return "unavailable";
      const { done } = claim.document;
      const players = making.playerIds.slice(done, done + (userScript === undefined ? COPIES_AT_ONCE : 1));
      if (userScript === undefined) await this.#makeCopies(refreshed, players, scripted);
      else if ((await this.#makeScripted(refreshed, players[0]!, scripted, userScript)) === "unavailable")
        return "unavailable";
    }
    return "settled";
  }

  async #refreshed(store: Store, draft: Draft): Promise<Draft> {
    const { classes, maxMessageBytes } = this.#settings;
    const fields = await classes.get(draft.class)?.refresh?.(store, draft.fields, maxMessageBytes);
    return fields ? { ...draft, fields } : draft;
  }

  /** What the global script set. */
  async #runGlobal(making: Making): Promise<Scripted | "unavailable"> {
    const { claim, stage, draft } = making;
    const { document } = claim;
    if (document.scripted !== undefined) return JSON.parse(document.scripted) as Scripted;
    const name = scriptNameOf(this.#scripts, "message-global", draft);
    if (name === undefined) return NOTHING;
    const about = { outgoingId: document._id.toHexString() };
    const script = { kind: "message-global", name, stage, about, data: bodyOf(draft, {}), player: undefined } as const;
    return this.#run(making, { ...script, before: NOTHING }, async (result, changes) => {
      const scripted = JSON.stringify(result);
      await claim.store.transaction(async (tx) => {
        await claim.progress({ $set: { scripted } }, tx);
        if (changes) await writeScriptChanges(tx, undefined, changes, "merged");
      });
      claim.document = { ...document, scripted };
      return result;
    });
  }

  #makeScripted(making: Making, player: PlayerId, before: Scripted, name: string): Promise<undefined | "unavailable"> {
    const id = new ObjectId();
    const messageId = id.toHexString();
    const data = bodyOf(making.draft, { messageId, playerId: player }, before);
    const { stage } = making;
    const script = { kind: "message-user", name, stage, about: { messageId }, data, player, before } as const;
    return this.#run(making, script, async (scripted, changes) => {
      await this.#makeCopies(making, [player], scripted, { id, ...(changes && { changes }) });
      return undefined;
    });
  }

  /**
   * Runs a script, and writes what came of it while its locks are held: what it set and changed, or what there was before it
   * where it failed or the store refuses that for good. It is run again where something that it took from a player was gone
   * by then, unless it has written something else already.
   */
  async #run<T>(
    { isRetry, draft: { depth = 0 }, playerIds }: Making,
    script: Omit<MessageScriptRun, "playerIds" | "depth" | "isAgain" | "releaseLater">,
    write: (scripted: Scripted, changes?: ScriptChanges) => Promise<T>,
  ): Promise<T | "unavailable"> {
    const run = { ...script, playerIds, depth, isAgain: isRetry };
    for (let runs = 1; ; runs++) {
      const written = await keepingLocks(async (releaseLater) => {
        const ended = await this.#scripts.run({ ...run, releaseLater });
        // A stopping server ends its scripts: they run again in the next process.
        const isCut = ended.end === "no host" || (ended.end === "failed" && this.#settings.isClosing());
        if (isCut) return "unavailable";
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
      if (written === "unavailable") return written;
      if (written !== "again") return written.by;
    }
  }

  /** The next copies, one transaction with the progress. */
  async #makeCopies(
    { claim, stage, draft }: Making,
    players: readonly PlayerId[],
    scripted: Scripted,
    only: { id?: ObjectId; changes?: ScriptChanges } = {},
  ): Promise<void> {
    const { store, document } = claim;
    const created = document.created.getTime();
    const done = document.done + players.length;
    const copies = await store.transaction(async (tx) => {
      if (done < document.to.length) await claim.progress({ $set: { done } }, tx);
      else await claim.finish(tx);
      if (only.changes) await writeScriptChanges(tx, players[0], only.changes, "merged");
      const made = players.map((player) =>
        copyOf(draft, player, created, this.#settings, { ...(only.id && { id: only.id }), scripted }),
      );
      await keep(tx, made, this.#settings.now());
      return made;
    });
    claim.document = { ...document, done };
    for (const copy of copies) this.#settings.written(store, stage, copy);
  }
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
