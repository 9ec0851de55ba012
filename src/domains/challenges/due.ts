import type { ObjectId } from "bson";
import type { Clock } from "../../clock.ts";
import type { Stage } from "../../game/game.ts";
import type { DomainService } from "../../kernel/domain.ts";
import type { Store } from "../../store/store.ts";
import { waitForAll } from "../../wait-for-all.ts";
import type { Messages } from "../messages/index.ts";
import { changeChallenge } from "./change.ts";
import { challengesIn } from "./document.ts";

/** Challenges whose time is looked for at once. */
const AT_ONCE = 50;
/** So many of them are carried on side by side: their transactions reach the disk together. */
const SIDE_BY_SIDE = 8;

export interface DueChallengesOptions {
  clock: Clock;
  messages: Pick<Messages, "post" | "write" | "deliver">;
  /** One could not be carried on; it is tried again. */
  failed(error: unknown): void;
}

/**
 * What time does to challenges: they begin, expire and end. Each is one transaction with its messages, which does nothing
 * where another server was first; so it happens once, and after a kill too.
 */
export class DueChallenges implements DomainService {
  readonly #options: DueChallengesOptions;
  readonly #stages = new Map<Stage, Store>();
  #closing = false;

  constructor(options: DueChallengesOptions) {
    this.#options = options;
  }

  /** The stage's store is there. */
  opened(stage: Stage, store: Store): void {
    this.#stages.set(stage, store);
  }

  /** Carries on what is due; done about every second. One indexed read for each stage where there is nothing. */
  async poll(): Promise<void> {
    await waitForAll([...this.#stages].map(([stage, store]) => this.#lookAt(stage, store)));
  }

  /** Begins nothing more. */
  async drain(): Promise<void> {
    this.#closing = true;
  }

  async #lookAt(stage: Stage, store: Store): Promise<void> {
    const due = { $lte: new Date(this.#options.clock.now()) };
    const failed: ObjectId[] = [];
    while (!this.#closing) {
      const filter = failed.length > 0 ? { due, _id: { $nin: failed } } : { due };
      const options = { projection: { _id: 1 }, sort: { due: 1 }, limit: AT_ONCE } as const;
      const found = await challengesIn(store).find(filter, options).toArray();
      const waiting = found.values();
      const carryOn = async () => {
        for (const { _id } of waiting) {
          if (this.#closing) return;
          await this.#carryOn(stage, store, _id).catch((error) => {
            failed.push(_id);
            this.#options.failed(error);
          });
        }
      };
      await waitForAll(Array.from({ length: SIDE_BY_SIDE }, carryOn));
      if (found.length < AT_ONCE || failed.length >= AT_ONCE) return;
    }
  }

  async #carryOn(stage: Stage, store: Store, id: ObjectId): Promise<void> {
    const { messages } = this.#options;
    const post = await store.transaction(async (documents) => {
      const attempt = messages.post(stage);
      const work = { documents, messages: attempt, now: this.#options.clock.now() };
      await changeChallenge(work, id.toHexString(), () => {});
      await messages.write(attempt, documents);
      return attempt;
    });
    messages.deliver(post);
  }
}
