import { describe, expect, it } from "vitest";
import { SessionIds } from "../../src/server/session-ids.ts";
import { testCredential, testGame } from "../support/app.ts";

const device = testCredential("device");
const NOW = Date.UTC(2026, 0, 2);

describe("a session id", () => {
  it("is recognized with its start time, even after a restart", () => {
    const { id } = new SessionIds(testGame()).begin("preview", device, NOW);
    expect(new SessionIds(testGame()).continue(id, "preview", device)).toEqual({ id, startedAt: NOW });
  });

  it("is unique", () => {
    const ids = new SessionIds(testGame());
    expect(ids.begin("preview", device, NOW).id).not.toBe(ids.begin("preview", device, NOW).id);
  });

  it("is not resumed after it has ended", () => {
    const ids = new SessionIds(testGame());
    const { id } = ids.begin("preview", device, NOW);
    ids.end(id);
    expect(ids.continue(id, "preview", device)).toBeUndefined();
  });

  const ids = new SessionIds(testGame());
  const { id } = ids.begin("preview", device, NOW);
  it.each([
    ["of another stage", () => ids.continue(id, "live", device)],
    ["of another credential", () => ids.continue(id, "preview", testCredential("server"))],
    ["of another game", () => new SessionIds(testGame([], { apiKey: "other" })).continue(id, "preview", device)],
    ["with a later start", () => ids.continue(id.replace(/^./, "n"), "preview", device)],
    ["cut short", () => ids.continue(id.slice(0, -1), "preview", device)],
    [
      "with another signature",
      () => ids.continue(`${id.slice(0, -1)}${id.endsWith("A") ? "B" : "A"}`, "preview", device),
    ],
    ["that is not text", () => ids.continue(12, "preview", device)],
    ["that is empty", () => ids.continue("", "preview", device)],
  ])("%s is not resumed", (_what, continued) => expect(continued()).toBeUndefined());
});
