/** A queued item. Groups take turns. */
export interface Queued {
  readonly group: string;
}

/**
 * A queue of runs waiting for a lane. Groups take turns, in order within each group, and no group has more than
 * `perGroup` active runs. `take` visits the groups that are at their limit, at most one per lane.
 */
export class FairQueue<Run extends Queued> {
  readonly #perGroup: number;
  /** In the order of their turns. No entry is empty. */
  readonly #waiting = new Map<string, Run[]>();
  readonly #active = new Map<string, number>();
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

  /** Whether `take` would return a run. */
  get isReady(): boolean {
    return this.#nextGroup() !== undefined;
  }

  /** Takes the next run. It stays active until `done`. */
  take(): Run | undefined {
    const group = this.#nextGroup();
    if (group === undefined) return undefined;
    const runs = this.#waiting.get(group) as Run[];
    const run = runs.shift();
    this.#waiting.delete(group);
    if (runs.length > 0) this.#waiting.set(group, runs);
    this.#active.set(group, (this.#active.get(group) ?? 0) + 1);
    this.#length--;
    return run;
  }

  /** The run that `take` would return. */
  get next(): Run | undefined {
    const group = this.#nextGroup();
    return group === undefined ? undefined : this.#waiting.get(group)?.[0];
  }

  /** Puts a taken run back at the front of the queue. Visits every group. */
  giveBack(run: Run): void {
    this.done(run);
    const others = [...this.#waiting].filter(([group]) => group !== run.group);
    const runs = [run, ...(this.#waiting.get(run.group) ?? [])];
    this.#waiting.clear();
    for (const [group, waiting] of [[run.group, runs] as const, ...others]) this.#waiting.set(group, waiting);
    this.#length++;
  }

  /** A taken run has finished. */
  done({ group }: Run): void {
    const left = (this.#active.get(group) ?? 0) - 1;
    if (left > 0) this.#active.set(group, left);
    else this.#active.delete(group);
  }

  /** Removes a waiting run. Returns false if it is not waiting. */
  remove(run: Run): boolean {
    const runs = this.#waiting.get(run.group);
    const index = runs?.indexOf(run) ?? -1;
    if (!runs || index < 0) return false;
    runs.splice(index, 1);
    if (runs.length === 0) this.#waiting.delete(run.group);
    this.#length--;
    return true;
  }

  /** The last run of the group with the most waiting runs, if that is more than `group` has. Visits every group. */
  lastOfLongest(group: string): Run | undefined {
    let longest = this.#waiting.get(group) ?? [];
    for (const runs of this.#waiting.values()) if (runs.length > longest.length) longest = runs;
    return longest === this.#waiting.get(group) ? undefined : longest.at(-1);
  }

  #nextGroup(): string | undefined {
    for (const group of this.#waiting.keys()) if ((this.#active.get(group) ?? 0) < this.#perGroup) return group;
    return undefined;
  }
}
