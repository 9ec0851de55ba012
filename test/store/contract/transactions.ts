import { AsyncResource } from "node:async_hooks";
import { describe, expect, it } from "vitest";
import { guard, prepareGuards } from "../../../src/store/guard.ts";
import type { Collection, Document, Documents } from "../../../src/store/store.ts";
import type { StoreFactory, Subject } from "../contract.ts";
import { filled, fresh, idsOf, refusal } from "./collections.ts";

export function transactions(store: Subject, open: StoreFactory): void {
  describe("transactions", () => {
    const inTx = <T>(things: Collection, work: (things: Collection, tx: Documents) => Promise<T>): Promise<T> =>
      store().transaction((tx) => work(tx.collection(things.name), tx));

    it("commit everything and return the result of the work", async () => {
      const a = await filled(store(), [{ n: 1 }]);
      const b = fresh(store());
      const result = await store().transaction(async (tx) => {
        await tx.collection(a.name).updateOne({ _id: 0 }, { $inc: { n: 1 } });
        await tx.collection(b.name).insertOne({ _id: "b" });
        return "done";
      });
      expect(result).toBe("done");
      expect(await a.findOne({})).toEqual({ _id: 0, n: 2 });
      expect(await b.findOne({})).toEqual({ _id: "b" });
    });

    it("commit nothing if the work throws, and rethrow its error unchanged", async () => {
      const things = await filled(store(), [{ n: 1 }, { n: 2 }]);
      await things.createIndex({ n: 1 }, { unique: true });
      const thrown = Object.assign(new Error("no"), { code: 11000, own: {} });
      const work = inTx(things, async (inside) => {
        await inside.insertOne({ _id: 5, n: 5 });
        await inside.deleteOne({ n: 2 });
        await inside.updateMany({}, { $inc: { n: 10 } });
        await inside.bulkWrite([{ insertOne: { document: { _id: 6 } } }]);
        throw thrown;
      });
      await expect(work).rejects.toBe(thrown);
      expect(await things.find({}, { sort: { _id: 1 } }).toArray()).toEqual([
        { _id: 0, n: 1 },
        { _id: 1, n: 2 },
      ]);
      await things.insertOne({ _id: 7, n: 5 });
      expect(await idsOf(things, { n: 2 })).toEqual([1]);
    });

    it.each([
      ["a value", "text"],
      ["nothing", undefined],
      ["an object", { reason: 1 }],
      ["a RangeError", new RangeError("x")],
    ])("rethrow %s", async (_name, thrown) => {
      const things = await filled(store(), [{}]);
      const outcome = await inTx(things, async (inside) => {
        await inside.deleteMany({});
        throw thrown;
      }).then(
        () => "done",
        (error: unknown) => ({ error }),
      );
      expect(outcome).toStrictEqual({ error: thrown });
      expect(await things.countDocuments({})).toBe(1);
    });

    it("read their own writes, with every kind of read", async () => {
      const things = await filled(store(), [{ n: 1 }, { n: 2 }]);
      await things.createIndex({ n: 1 });
      await inTx(things, async (inside) => {
        await inside.insertOne({ _id: 2, n: 3 });
        await inside.updateOne({ n: 1 }, { $set: { n: 10 } });
        await inside.deleteOne({ n: 2 });
        expect(await inside.findOne({ n: 10 })).toEqual({ _id: 0, n: 10 });
        expect(await inside.findOne({ n: 1 })).toBeNull();
        expect(await inside.find({}, { sort: { n: -1 } }).toArray()).toEqual([
          { _id: 0, n: 10 },
          { _id: 2, n: 3 },
        ]);
        expect(await inside.countDocuments({})).toBe(2);
        expect(await inside.distinct("n", {})).toEqual(expect.arrayContaining([10, 3]));
        const sum = [{ $group: { _id: null, sum: { $sum: "$n" } } }];
        expect(await inside.aggregate(sum).toArray()).toEqual([{ _id: null, sum: 13 }]);
        expect(await inside.findOneAndUpdate({ n: 3 }, { $inc: { n: 1 } }, { returnDocument: "after" })).toEqual({
          _id: 2,
          n: 4,
        });
        const seen: unknown[] = [];
        for await (const { n } of inside.find({}, { sort: { n: 1 } })) seen.push(n);
        expect(seen).toEqual([4, 10]);
      });
      expect(await idsOf(things, {})).toEqual([0, 2]);
    });

    it("are invisible to others until they commit, and then visible as a whole", async () => {
      const things = await filled(store(), [{ n: 0 }, { n: 0 }]);
      const seen: string[] = [];
      /** As code that the transaction did not call. */
      const look = AsyncResource.bind(async () => void seen.push(await sum(things)));
      await inTx(things, async (inside) => {
        await inside.updateOne({ _id: 0 }, { $inc: { n: 1 } });
        await look();
        await inside.updateOne({ _id: 1 }, { $inc: { n: 1 } });
        await look();
      });
      seen.push(await sum(things));
      expect(seen).toEqual(["0+0", "0+0", "1+1"]);
    });

    it("lose nothing if many read, compute and write concurrently", async () => {
      const things = await filled(store(), [{ n: 0 }]);
      await Promise.all(
        Array.from({ length: 20 }, () =>
          inTx(things, async (inside) => {
            const { n } = (await inside.findOne({ _id: 0 })) as { n: number };
            await pause();
            await inside.updateOne({ _id: 0 }, { $set: { n: n + 1 } });
          }),
        ),
      );
      expect(await things.findOne({ _id: 0 })).toEqual({ _id: 0, n: 20 });
    });

    it("keep an invariant over two documents if each writes what it relies on", async () => {
      const switches = await filled(store(), [{ on: true }, { on: true }, { _id: "promise", version: 0 }]);
      const switchOff = (_id: number) =>
        inTx(switches, async (inside) => {
          await inside.updateOne({ _id: "promise" }, { $inc: { version: 1 } });
          if ((await inside.countDocuments({ on: true })) < 2) throw new Error("the last one");
          await pause();
          await inside.updateOne({ _id }, { $set: { on: false } });
        });
      const outcomes = await Promise.allSettled([switchOff(0), switchOff(1)]);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      expect(await switches.countDocuments({ on: true })).toBe(1);
    });

    it("do not exceed a limit on a count if each guards its name", async () => {
      const things = fresh(store());
      await Promise.all([things.create(), prepareGuards(store())]);
      const add = () =>
        inTx(things, async (inside, tx) => {
          await guard(tx, things.name);
          if ((await inside.countDocuments({})) >= 3) return false;
          await pause();
          await inside.insertOne({});
          return true;
        });
      const added = await Promise.all(Array.from({ length: 8 }, add));
      expect(added.filter(Boolean)).toHaveLength(3);
      expect(await things.countDocuments({})).toBe(3);
    });

    it("keep an invariant of one document: of two that would break it one fails", async () => {
      const things = await filled(store(), [{ ways: ["a", "b"], version: 0 }]);
      const remove = (way: string) =>
        inTx(things, async (inside) => {
          const player = (await inside.findOne({ _id: 0 })) as { ways: string[] } & Document;
          if (player.ways.length < 2) throw new Error("last way");
          await pause();
          await inside.updateOne({ _id: 0 }, { $pull: { ways: way }, $inc: { version: 1 } });
        });
      const outcomes = await Promise.allSettled([remove("a"), remove("b")]);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      expect(await things.findOne({})).toMatchObject({ version: 1 });
    });

    it("and concurrent plain writes both count", async () => {
      const things = await filled(store(), [{ n: 0 }]);
      const plain = Array.from({ length: 20 }, () => things.updateOne({}, { $inc: { n: 1 } }));
      const work = Array.from({ length: 5 }, () =>
        inTx(things, async (inside) => {
          await inside.findOne({ _id: 0 });
          await inside.updateOne({}, { $inc: { n: 100 } });
        }),
      );
      await Promise.all([...plain, ...work]);
      expect(await things.findOne({})).toEqual({ _id: 0, n: 520 });
    });

    it("create missing collections, or none", async () => {
      const made = fresh(store());
      const none = fresh(store());
      await inTx(made, (inside) => inside.insertOne({ _id: 1 }));
      await expect(
        inTx(none, async (inside) => {
          await inside.insertOne({ _id: 1 });
          throw new Error("no");
        }),
      ).rejects.toThrow("no");
      expect(await idsOf(made, {})).toEqual([1]);
      expect(await idsOf(none, {})).toEqual([]);
      await none.insertOne({ _id: 1 });
      expect(await idsOf(none, {})).toEqual([1]);
    });

    it("can upsert, and refuse duplicates", async () => {
      const things = fresh(store());
      await things.createIndex({ name: 1 }, { unique: true });
      await inTx(things, async (inside) => {
        const result = await inside.updateOne({ _id: 1 }, { $set: { name: "x" } }, { upsert: true });
        expect(result).toMatchObject({ upsertedCount: 1, upsertedId: 1 });
      });
      const error = await refusal(
        inTx(things, async (inside) => {
          await inside.insertOne({ _id: 2, name: "y" });
          await inside.insertOne({ _id: 3, name: "x" });
        }),
        "DUPLICATE_KEY",
      );
      expect(error.details).toMatchObject({ index: "name_1" });
      expect(await idsOf(things, {})).toEqual([1]);
    });

    it("end with the first refused operation, even if its error is caught", async () => {
      const things = await filled(store(), [{}]);
      await refusal(
        inTx(things, async (inside) => {
          await inside.insertOne({ _id: 1 });
          await inside.insertOne({ _id: 0 }).catch(() => undefined);
          return "done";
        }),
        "DUPLICATE_KEY",
      );
      await refusal(
        inTx(things, async (inside) => {
          await inside.insertOne({ _id: 1 });
          await inside.updateOne({}, { $nonsense: 1 }).catch(() => undefined);
        }),
        "BAD_OPERATION",
      );
      expect(await idsOf(things, {})).toEqual([0]);
    });

    it("throw the work's own refusal instead of the operation's", async () => {
      const things = await filled(store(), [{}]);
      const own = new Error("name taken");
      const work = inTx(things, async (inside) => {
        await inside.insertOne({ _id: 0 }).catch(() => {
          throw own;
        });
      });
      await expect(work).rejects.toBe(own);
    });

    it("refuse direct use of the store inside, and of their tx after the end", async () => {
      const things = await filled(store(), [{}]);
      const uses: (() => Promise<unknown>)[] = [
        () => things.insertOne({}),
        () => things.findOne({}),
        () => things.find({}).toArray(),
        () => store().transaction(async () => undefined),
        () => things.createIndex({ a: 1 }),
      ];
      let kept: Documents | undefined;
      for (const use of uses) {
        const outcome = store().transaction(async (tx) => {
          kept = tx;
          await tx.collection(things.name).findOne({});
          await use();
        });
        expect((await refusal(outcome, "BAD_OPERATION")).message).toMatch(/inside a transaction/);
      }
      await refusal(kept!.collection(things.name).findOne({}), "BAD_OPERATION");
      await refusal(kept!.collection(things.name).insertOne({}), "BAD_OPERATION");
      expect(await things.countDocuments({})).toBe(1);
    });

    it("refuse changes of collections and indexes", async () => {
      const things = await filled(store(), [{}]);
      const uses: ((inside: Collection) => Promise<unknown>)[] = [
        (inside) => inside.create(),
        (inside) => inside.createIndex({ a: 1 }),
        (inside) => inside.dropIndex("a_1"),
        (inside) => inside.drop(),
      ];
      for (const use of uses) await refusal(inTx(things, use), "BAD_OPERATION");
      expect(await things.countDocuments({})).toBe(1);
    });

    it("can change thousands of documents", async () => {
      const things = await filled(
        store(),
        Array.from({ length: 3000 }, (_, i) => ({ n: i % 3 })),
      );
      await things.createIndex({ n: 1 });
      await expect(
        inTx(things, async (inside) => {
          expect(await inside.deleteMany({ n: 1 })).toEqual({ deletedCount: 1000 });
          expect(await inside.countDocuments({})).toBe(2000);
          throw new Error("no");
        }),
      ).rejects.toThrow("no");
      expect(await things.countDocuments({ n: 1 })).toBe(1000);
      await inTx(things, async (inside) => {
        await inside.updateMany({ n: 2 }, { $set: { n: 5 } });
        await inside.deleteMany({ n: { $lt: 5 } });
      });
      expect(await things.countDocuments({})).toBe(1000);
    });

    it("that take too long are rolled back, and further operations are refused", async () => {
      const { store: quick, dispose } = await open({ transactionTimeoutMs: 300 });
      try {
        const things = fresh(quick);
        let late: Promise<unknown> | undefined;
        const work = quick.transaction(async (tx) => {
          await tx.collection(things.name).insertOne({ _id: 1 });
          late = new Promise((resolve) => setTimeout(resolve, 600)).then(() =>
            tx.collection(things.name).insertOne({ _id: 2 }),
          );
          await late;
        });
        expect((await refusal(work, "TRANSACTION_TIMEOUT")).retryable).toBe(true);
        await things.insertOne({ _id: 3 });
        await refusal(late!, "TRANSACTION_TIMEOUT");
        expect(await idsOf(things, {})).toEqual([3]);
      } finally {
        await dispose();
      }
    });
  });
}

async function sum(things: Collection): Promise<string> {
  const found = await things.find({}, { sort: { _id: 1 } }).toArray();
  return found.map(({ n }) => n).join("+");
}

/** Lets others come in between. */
function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
