import { describe, expect, it } from "vitest";
import { FrameOrder } from "../../src/server/frame-order.ts";
import type { Frame } from "../../src/server/frames.ts";

/** Frames are `{n}`, and `{n, alone}` where they may change the player. */
function stage(atOnce: number) {
  const turns = new FrameOrder();
  const running: number[] = [];
  const started: number[] = [];
  const worker = {
    runsAlone: (frame: Frame) => frame.alone === true,
    async work(frame: Frame) {
      started.push(frame.n as number);
      running.push(frame.n as number);
    },
  };
  return {
    turns,
    running,
    started,
    add: (n: number, alone = false) => turns.add(worker, { n, alone }, atOnce),
    finish(n: number) {
      running.splice(running.indexOf(n), 1);
      turns.done(worker, atOnce);
    },
  };
}

describe("requests of one socket", () => {
  it("start up to the limit, and the others in order as these finish", () => {
    const { add, finish, running, started, turns } = stage(2);
    expect([1, 2, 3, 4, 5].map((n) => add(n))).toEqual([0, 0, 1, 2, 3]);
    expect(running).toEqual([1, 2]);
    finish(2);
    expect(running).toEqual([1, 3]);
    for (const n of [1, 3, 4, 5]) finish(n);
    expect(started).toEqual([1, 2, 3, 4, 5]);
    expect(turns.idle).toBe(true);
  });

  it("run alone if they change the player, after earlier and before later requests", () => {
    const { add, finish, running } = stage(8);
    add(1);
    add(2);
    add(3, true);
    add(4);
    expect(running).toEqual([1, 2]);
    finish(1);
    expect(running).toEqual([2]);
    finish(2);
    expect(running).toEqual([3]);
    finish(3);
    expect(running).toEqual([4]);
  });

  it("that change the player run one after the other", () => {
    const { add, finish, running } = stage(8);
    add(1, true);
    add(2, true);
    expect(running).toEqual([1]);
    finish(1);
    expect(running).toEqual([2]);
  });

  it("are dropped from the queue when the socket closes", () => {
    const { add, finish, running, turns } = stage(1);
    add(1);
    add(2);
    turns.clear();
    finish(1);
    expect(running).toEqual([]);
    expect(turns.idle).toBe(true);
  });
});
