/** Something that waits for its turn; `group` is whoever it takes turns for. */
export interface Queued {
  readonly group: string;
}

/**
 * Runs that wait for a lane. Groups take turns, so that one which sends a thousand runs delays another's single run by
 * one; and none has more than `perGroup` under way. Within a group the order is kept. Taking one costs a look at the
 * groups that have as many under way as they may, of which there are no more than lanes.
 */
export class FairQueue<Run extends Queued> {
  readonly #perGroup: number;
  /** In the order of their turns; none is empty. */
  readonly #waiting = new Map<string, Run[]>();
  readonly #underWay = new Map<string, number>();
  #length = 0;

  constructor(perGroup: number) {
    this.#perGroup = perGroup;
  }

  get length(): number {
    return this.#length;
  }

  add(run: Run): void {
    const runs = this.#waiting.get(run.group);
    if (runs) runs.push(run);
    else this.#waiting.set(run.group, [run]);
    this.#length++;
  }

  /** Whether there is one that `take` would answer. */
  get isReady(): boolean {
    return this.#nextGroup() !== undefined;
  }

  /** The next run, which is under way from now on until `done`. */
  take(): Run | undefined {
    const group = this.#nextGroup();
    if (group === undefined) return undefined;
    const runs = this.#waiting.get(group) as Run[];
    const run = runs.shift();
    this.#waiting.delete(group);
    if (runs.length > 0) this.#waiting.set(group, runs);
    this.#underWay.set(group, (this.#underWay.get(group) ?? 0) + 1);
    this.#length--;
    return run;
  }

  /** The run that `take` would answer. */
  get next(): Run | undefined {
    const group = this.#nextGroup();
    return group === undefined ? undefined : this.#waiting.get(group)?.[0];
  }

  /** A run that was taken waits again, before all others: it has had its turn. Costs a look at every group. */
  giveBack(run: Run): void {
    this.done(run);
    const others = [...this.#waiting].filter(([group]) => group !== run.group);
    const runs = [run, ...(this.#waiting.get(run.group) ?? [])];
    this.#waiting.clear();
    for (const [group, waiting] of [[run.group, runs] as const, ...others]) this.#waiting.set(group, waiting);
    this.#length++;
  }

  /** A run that was taken is over. */
  done({ group }: Run): void {
    const left = (this.#underWay.get(group) ?? 0) - 1;
    if (left > 0) this.#underWay.set(group, left);
    else this.#underWay.delete(group);
  }

  /** Takes a waiting run out; false where it does not wait. */
  remove(run: Run): boolean {
    const runs = this.#waiting.get(run.group);
    const index = runs?.indexOf(run) ?? -1;
    if (!runs || index < 0) return false;
    runs.splice(index, 1);
    if (runs.length === 0) this.#waiting.delete(run.group);
    this.#length--;
    return true;
  }

  /** The last run of the group that has most waiting, where that is more than `group` has. Costs a look at every group. */
  lastOfLongest(group: string): Run | undefined {
    let longest = this.#waiting.get(group) ?? [];
    for (const runs of this.#waiting.values()) if (runs.length > longest.length) longest = runs;
    return longest === this.#waiting.get(group) ? undefined : longest.at(-1);
  }

  #nextGroup(): string | undefined {
    for (const group of this.#waiting.keys()) if ((this.#underWay.get(group) ?? 0) < this.#perGroup) return group;
    return undefined;
  }
}
