import { type ScriptChanges, writeScriptChanges } from "../accounts/script-view.ts";
import { ObjectId } from "../bson.ts";
import type { Stage } from "../game/game.ts";
import { type PlayerId, playerIdOf } from "../ids.ts";
import type { Documents, Store } from "../store/store.ts";
import type { Background } from "./background.ts";
import { withChallengeData } from "./challenge-data.ts";
import { type MessageDocument, messageCollections, type OutgoingDocument } from "./collections.ts";
import { type CopySettings, copyOf, keep } from "./copies.ts";
import { bodyOf, type Draft, type Scripted } from "./draft.ts";
import { type MessageScriptRun, type MessageScripts, scriptNameOf } from "./scripts.ts";

/** Copies that one transaction makes where no script runs for each. */
const COPIES_AT_ONCE = 200;
/** Outgoing messages that are worked on at the same time, and that wait for it; any further ones wait on disk. */
const AT_ONCE = 16;
const MAX_WAITING = 1_000;
const NOTHING: Scripted = { scriptData: {}, scriptErrors: {} };

export interface FanOutSettings extends CopySettings {
  now(): number;
  /** How long nobody else takes over what is worked on here; longer than a script may take. */
  leaseMs: number;
  /** A copy is on disk. */
  written(store: Store, stage: Stage, copy: MessageDocument): void;
}

/** An outgoing message that is worked on. */
interface Work {
  store: Store;
  stage: Stage;
  document: OutgoingDocument;
  draft: Draft;
  playerIds: readonly PlayerId[];
}

/**
 * Turns outgoing messages into their players' copies: the global script once, then for each player the user script, its
 * changes to the player and the copy as one transaction. An outgoing message is on disk until its last copy is made, and
 * says how far it is, so that after a crash it is carried on from there: each player gets one copy. Scripts whose result
 * was lost with the server run again. Messages to one player go out in the order in which they were sent.
 */
export class FanOut {
  readonly #scripts: MessageScripts;
  readonly #background: Background;
  readonly #settings: FanOutSettings;
  /** Player → the end of the last outgoing message to that player. */
  readonly #last = new Map<string, Promise<void>>();
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(scripts: MessageScripts, background: Background, settings: FanOutSettings) {
    this.#scripts = scripts;
    this.#background = background;
    this.#settings = settings;
  }

  /** Do scripts run for this message? */
  isScripted(draft: Draft): boolean {
    const has = (kind: "message-global" | "message-user") => scriptNameOf(this.#scripts, kind, draft) !== undefined;
    return has("message-global") || has("message-user");
  }

  /** What is written with the sender's work. */
  outgoing(draft: Draft, to: OutgoingDocument["to"], now: number): OutgoingDocument {
    const due = new Date(now + this.#settings.leaseMs);
    return { _id: new ObjectId(), draft: JSON.stringify(draft), to, done: 0, created: new Date(now), due };
  }

  /** Works on an outgoing message that is on disk. */
  start(store: Store, stage: Stage, work: OutgoingDocument): void {
    if (this.#background.closing || this.#waiting.length >= MAX_WAITING) return;
    const players = work.to.slice(work.done).map((id) => id.toHexString());
    const before = new Set(players.map((player) => this.#last.get(player)));
    const done = Promise.all(before).then(() => this.#inTurn(() => this.#carryOut(store, stage, work)));
    const settled = done.catch(() => {});
    for (const player of players) this.#last.set(player, settled);
    const forget = () => {
      for (const player of players) if (this.#last.get(player) === settled) this.#last.delete(player);
    };
    this.#background.run(done.finally(forget));
  }

  /** Takes over what nobody works on any more. One indexed read where there is nothing. */
  async resume(store: Store, stage: Stage): Promise<void> {
    const { outgoing } = messageCollections(store);
    while (!this.#background.closing) {
      const over = { due: { $lte: new Date(this.#settings.now()) } };
      if (!(await outgoing.findOne(over, { projection: { _id: 1 } }))) return;
      const taken = { sort: { due: 1 }, returnDocument: "after" } as const;
      const work = await outgoing.findOneAndUpdate(over, { $set: { due: this.#due() } }, taken);
      if (work) await this.#inTurn(() => this.#carryOut(store, stage, work));
    }
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    if (this.#running >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }

  async #carryOut(store: Store, stage: Stage, document: OutgoingDocument): Promise<void> {
    const draft = JSON.parse(document.draft) as Draft;
    const userScript = scriptNameOf(this.#scripts, "message-user", draft);
    const work: Work = { store, stage, document, draft, playerIds: document.to.map(playerIdOf) };
    const scripted = await this.#runGlobal(work);
    if (scripted && scriptNameOf(this.#scripts, "message-global", draft) !== undefined) {
      work.draft = await withChallengeData(store, draft, this.#settings.maxMessageBytes);
    }
    const { to } = document;
    for (let { done } = document; scripted && done < to.length && !this.#background.closing; ) {
      const players = work.playerIds.slice(done, done + (userScript === undefined ? COPIES_AT_ONCE : 1));
      const goesOn =
        userScript === undefined
          ? await this.#makeCopies(work, done, players, scripted)
          : await this.#makeScripted(work, done, players[0]!, scripted, userScript);
      if (!goesOn) return;
      done += players.length;
    }
  }

  /** What the global script set; undefined where somebody else has taken over. */
  async #runGlobal({ store, stage, document, draft, playerIds }: Work): Promise<Scripted | undefined> {
    if (document.scripted !== undefined) return JSON.parse(document.scripted) as Scripted;
    const name = scriptNameOf(this.#scripts, "message-global", draft);
    if (name === undefined) return NOTHING;
    const run = { kind: "message-global", name, stage, data: bodyOf(draft, {}), player: undefined, playerIds } as const;
    const { depth = 0 } = draft;
    return keepingLocks(async (releaseLater) => {
      const ended = await this.#scripts.run({ ...run, before: NOTHING, depth, releaseLater });
      if (this.#background.closing) return undefined;
      const { scriptData, scriptErrors, ...changes } = ended;
      const scripted = { scriptData, scriptErrors };
      return store.transaction(async (tx) => {
        const { matchedCount } = await messageCollections(tx).outgoing.updateOne(
          { _id: document._id, scripted: { $exists: false } },
          { $set: { scripted: JSON.stringify(scripted), due: this.#due() } },
        );
        if (matchedCount === 0) return undefined;
        await writeScriptChanges(tx, undefined, changes, "merged");
        return scripted;
      });
    });
  }

  async #makeScripted(work: Work, done: number, player: PlayerId, before: Scripted, name: string): Promise<boolean> {
    const { stage, draft, playerIds } = work;
    const id = new ObjectId();
    const data = bodyOf(draft, { messageId: id.toHexString(), playerId: player }, before);
    const { depth = 0 } = draft;
    const run = { kind: "message-user", name, stage, data, player, playerIds, before, depth } as const;
    return keepingLocks(async (releaseLater) => {
      const { scriptData, scriptErrors, ...changes } = await this.#scripts.run({ ...run, releaseLater });
      // A stopping server ends its scripts: they run again in the next process.
      if (this.#background.closing) return false;
      return this.#makeCopies(work, done, [player], { scriptData, scriptErrors }, { id, changes });
    });
  }

  /** The next copies, one transaction. False where somebody else has made them. */
  async #makeCopies(
    { store, stage, document, draft }: Work,
    done: number,
    players: readonly PlayerId[],
    scripted: Scripted,
    only: { id?: ObjectId; changes?: ScriptChanges } = {},
  ): Promise<boolean> {
    const created = document.created.getTime();
    const copies = await store.transaction(async (tx) => {
      if (!(await this.#moveOn(tx, document, done, players.length))) return undefined;
      if (only.changes) await writeScriptChanges(tx, players[0], only.changes, "merged");
      const made = players.map((player) =>
        copyOf(draft, player, created, this.#settings, { ...(only.id && { id: only.id }), scripted }),
      );
      await keep(tx, made, this.#settings.now());
      return made;
    });
    for (const copy of copies ?? []) this.#settings.written(store, stage, copy);
    return copies !== undefined;
  }

  async #moveOn(tx: Documents, { _id, to }: OutgoingDocument, from: number, made: number): Promise<boolean> {
    const { outgoing } = messageCollections(tx);
    const here = { _id, done: from };
    const done = from + made;
    if (done >= to.length) return (await outgoing.deleteOne(here)).deletedCount === 1;
    return (await outgoing.updateOne(here, { $set: { done, due: this.#due() } })).matchedCount === 1;
  }

  #due(): Date {
    return new Date(this.#settings.now() + this.#settings.leaseMs);
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
