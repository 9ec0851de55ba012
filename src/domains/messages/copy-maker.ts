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
import { type CopySettings, copyOf, insertCopies } from "./copies.ts";
import { bodyOf, type Draft, type Scripted } from "./draft.ts";
import { type MessageScriptRun, type MessageScripts, scriptNameOf } from "./scripts.ts";

/** Copies per transaction if there is no user script. */
const COPIES_AT_ONCE = 200;
/** Maximum number of runs of a script if concurrent changes to the player prevent its writes. */
const MAX_RUNS = 10;
const NOTHING: Scripted = { scriptData: {}, scriptErrors: {} };

export interface CopyMakerSettings extends CopySettings {
  classes: ReadonlyMap<string, MessageDefinition>;
  now(): number;
  onWritten(store: Store, stage: Stage, copy: MessageDocument): void;
  isClosing(): boolean;
}

export interface Work {
  readonly claim: Claim<OutgoingDocument>;
  readonly stage: Stage;
  /** This process has tried it before. */
  readonly isRetry: boolean;
  readonly draft: Draft;
}

interface Making extends Work {
  readonly playerIds: readonly PlayerId[];
}

/**
 * Makes the copies of an outgoing message. The global script runs once; then, for each player, the user script runs,
 * and its changes and the copy are written in one transaction. If the store permanently refuses a script's changes, the
 * script counts as failed, which is logged, and its changes are omitted.
 */
export class CopyMaker {
  readonly #scripts: MessageScripts;
  readonly #settings: CopyMakerSettings;

  constructor(scripts: MessageScripts, settings: CopyMakerSettings) {
    this.#scripts = scripts;
    this.#settings = settings;
  }

  isScripted(draft: Draft): boolean {
    const has = (kind: "message-global" | "message-user") => scriptNameOf(this.#scripts, kind, draft) !== undefined;
    return has("message-global") || has("message-user");
  }

  /** Continues after the copies that exist. @throws LeaseLost, and store errors; the copies made so far are kept */
  async run(work: Work): Promise<JobEnd> {
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

  /** Returns what the global script set, from its stored result if it has run. */
  async #runGlobal(making: Making): Promise<Scripted | "unavailable"> {
    const { claim, stage, draft } = making;
    const { document } = claim;
    if (document.scripted !== undefined) return JSON.parse(document.scripted) as Scripted;
    const name = scriptNameOf(this.#scripts, "message-global", draft);
    if (name === undefined) return NOTHING;
    const about = { outgoingId: document._id.toHexString() };
    const script = { kind: "message-global", name, stage, about, data: bodyOf(draft, {}), player: undefined } as const;
    return this.#runScript(making, { ...script, before: NOTHING }, async (result, changes) => {
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
    return this.#runScript(making, script, async (scripted, changes) => {
      await this.#makeCopies(making, [player], scripted, { id, ...(changes && { changes }) });
      return undefined;
    });
  }

  /**
   * Runs a script and writes its result while its locks are held. If it fails, or the store permanently refuses the
   * result, writes `script.before` instead. If the player no longer has something that the script took, runs it again,
   * unless it has already written something.
   */
  async #runScript<T>(
    { isRetry, draft: { depth = 0 }, playerIds }: Making,
    script: Omit<MessageScriptRun, "playerIds" | "depth" | "isRetry" | "releaseLater">,
    write: (scripted: Scripted, changes?: ScriptChanges) => Promise<T>,
  ): Promise<T | "unavailable"> {
    const run = { ...script, playerIds, depth, isRetry };
    for (let runs = 1; ; runs++) {
      const written = await keepingLocks(async (releaseLater) => {
        const ended = await this.#scripts.run({ ...run, releaseLater });
        // A stopping server ends its scripts. They run again in the next process.
        const isInterrupted = ended.end === "no host" || (ended.end === "failed" && this.#settings.isClosing());
        if (isInterrupted) return "unavailable";
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

  /** Makes the next copies, in one transaction with the progress. */
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
      await insertCopies(tx, made, this.#settings.now());
      return made;
    });
    claim.document = { ...document, done };
    for (const copy of copies) this.#settings.onWritten(store, stage, copy);
  }
}

/** Releases the locks of scripts only after `work` has written their changes. */
async function keepingLocks<T>(work: (releaseLater: MessageScriptRun["releaseLater"]) => Promise<T>): Promise<T> {
  const releases: (() => Promise<void>)[] = [];
  try {
    return await work((release) => releases.push(release));
  } finally {
    for (const release of releases) await release();
  }
}
