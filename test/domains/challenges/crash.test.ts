import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEVICE_SECRET } from "../../support/app.ts";
import type { AnyFrame } from "../../support/client.ts";
import type { Moment, Order } from "./challenge-child.ts";
import { END } from "./support.ts";

type Name = "ada" | "grace";
type Server = Awaited<ReturnType<typeof serve>>;

const children: ChildProcess[] = [];
let data: string;
/** The server started after the last kill; the next test kills it. */
let running: Server | undefined;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "rekindle-challenges-"));
});
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await rm(data, { recursive: true, force: true });
});

/** A server on the data of the previous ones. */
async function serve() {
  const child = fork(new URL("challenge-child.ts", import.meta.url), [data], {
    execArgv: [],
    env: { ...process.env, TMPDIR: data },
  });
  children.push(child);
  const gone = once(child, "exit");
  const [url] = (await once(child, "message")) as [string];
  const send = async (name: string, fields: Record<string, unknown>): Promise<AnyFrame> => {
    const path = `/rs/device/${encodeURIComponent(DEVICE_SECRET)}/${name}`;
    const answer = await fetch(url + path, { method: "POST", body: JSON.stringify(fields) });
    return (await answer.json()) as AnyFrame;
  };
  let players = {} as Record<Name, AnyFrame>;
  const request = (by: Name, name: string, fields: Record<string, unknown> = {}) =>
    send(name, { ...fields, authToken: players[by]["authToken"] });
  return {
    gone,
    request,
    /** Signs in the two players of a test. */
    async signIn(test: string) {
      const signIn = (name: Name) =>
        send("DeviceAuthenticationRequest", { deviceId: `${name}, ${test}`, deviceOS: "IOS" });
      players = { ada: await signIn("ada"), grace: await signIn("grace") };
    },
    idOf: (name: Name) => String(players[name]["userId"]),
    /** Settles when it is done or the server has ended. */
    async order(order: Order): Promise<void> {
      const done = once(child, "message");
      child.send(order);
      await Promise.race([done, gone]);
    },
    async kill() {
      child.kill("SIGKILL");
      await gone;
    },
    /** What players see: the challenge, their balances and reserves, and their messages. */
    async seen(challenge: string) {
      const got = await request("ada", "GetChallengeRequest", { challengeInstanceId: challenge });
      const { state, turnCount, accepted, nextPlayer } = got["challenge"];
      const of = async (name: Name) => {
        const { currency1, reservedCurrency1 } = await request(name, "AccountDetailsRequest");
        const { messageList } = await request(name, "ListMessageRequest");
        const messages = (messageList as AnyFrame[]).map((message) => String(message["@class"])).sort();
        return { purse: [currency1, reservedCurrency1?.challenge ?? 0], messages };
      };
      return { state, turnCount, accepted, nextPlayer, ada: await of("ada"), grace: await of("grace") };
    },
  };
}

interface Transition {
  what: string;
  fields?: Record<string, unknown>;
  /** Preparation. */
  before?: (server: Server, id: string) => Promise<unknown>;
  act: (server: Server, id: string) => Promise<unknown>;
  /** The challenge's state afterwards, and balance and reserve of ada and grace, who start with 100. */
  after: [state: string, ada: [number, number], grace: [number, number]];
  /** The server's clock is past the end of all challenges, so the next test needs a new server. */
  isLate?: boolean;
}

const joins = (server: Server, id: string) =>
  server.request("grace", "JoinChallengeRequest", { challengeInstanceId: id });
const moves = (by: Name) => (server: Server, id: string) =>
  server.request(by, "LogChallengeEventRequest", { challengeInstanceId: id, eventKey: "MOVE" });

const TRANSITIONS: Transition[] = [
  { what: "a player joins and the challenge starts", act: joins, after: ["RUNNING", [70, 30], [70, 30]] },
  {
    what: "a player is removed before the start",
    fields: { minPlayers: 3 },
    before: joins,
    act: (server, id) =>
      server.request("ada", "LogEventRequest", { eventKey: "REMOVE", challenge: id, player: server.idOf("grace") }),
    after: ["ISSUED", [70, 30], [100, 0]],
  },
  {
    what: "the challenge is withdrawn",
    fields: { minPlayers: 3 },
    before: joins,
    act: (server, id) => server.request("ada", "WithdrawChallengeRequest", { challengeInstanceId: id }),
    after: ["WITHDRAWN", [100, 0], [100, 0]],
  },
  { what: "a turn is taken", before: joins, act: moves("ada"), after: ["RUNNING", [70, 30], [70, 30]] },
  {
    what: "the last turn is taken",
    fields: { maxAttempts: 1 },
    before: async (server, id) => {
      await joins(server, id);
      await moves("ada")(server, id);
    },
    act: moves("grace"),
    after: ["COMPLETE", [100, 0], [100, 0]],
  },
  {
    what: "a script names the winner",
    before: joins,
    act: (server, id) => server.request("grace", "LogEventRequest", { eventKey: "WIN", challenge: id }),
    after: ["COMPLETE", [70, 0], [130, 0]],
  },
  {
    what: "the challenge's end time passes",
    before: joins,
    act: (server) => server.order("end"),
    after: ["COMPLETE", [100, 0], [100, 0]],
    isLate: true,
  },
];

const MOMENTS: { moment: Moment; when: string }[] = [
  { moment: "written", when: "before this is on disk, leaves the old state" },
  { moment: "kept", when: "once this is on disk, leaves the new state" },
];
const KILLS = TRANSITIONS.flatMap((transition) => MOMENTS.map((moment) => ({ ...transition, ...moment })));

describe("a server killed", () => {
  it.each(KILLS)(
    "as $what, $when",
    async ({ what, moment, fields, before, act, after: [state, ada, grace], isLate = false }) => {
      const first = running ?? (await serve());
      running = undefined;
      await first.signIn(`${what}, ${moment}`);
      for (const name of ["ada", "grace"] as const) await first.order({ enrich: first.idOf(name), name });
      const created = await first.request("ada", "CreateChallengeRequest", {
        challengeShortCode: "DUEL",
        accessType: "PUBLIC",
        endTime: END,
        currency1Wager: 30,
        ...fields,
      });
      const id = created["challengeInstanceId"] as string;
      await before?.(first, id);
      const earlier = await first.seen(id);
      await first.order({ kill: moment });
      await act(first, id).catch(() => {});
      await first.gone;

      const second = await serve();
      await second.signIn(`${what}, ${moment}`);
      const found = await second.seen(id);
      if (moment === "written") expect(found).toEqual(earlier);
      await act(second, id);
      const done = await second.seen(id);
      expect(done).toMatchObject({ state, ada: { purse: ada }, grace: { purse: grace } });
      expect(done).not.toEqual(earlier);
      if (moment === "kept") expect(found).toEqual(done);
      await act(second, id);
      expect(await second.seen(id)).toEqual(done);
      if (isLate) await second.kill();
      else running = second;
    },
  );
});
