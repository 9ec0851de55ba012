import { describe, expect, it } from "vitest";
import { quantile } from "../../console/src/metrics/figures.ts";
import { outcomeOf } from "../../console/src/play/errors.ts";
import { masked } from "../../console/src/play/masked.ts";
import { rank } from "../../console/src/ui/match.ts";
import { socialDisconnect } from "../../src/requests/player/social-disconnect.ts";

describe("searching by typing", () => {
  const names = ["LogEventRequest", "SocialDisconnectRequest", "SocialStatusRequest", "DismissMessageRequest"];
  it.each([
    ["sdr", "SocialDisconnectRequest"],
    ["disc", "SocialDisconnectRequest"],
    ["log", "LogEventRequest"],
    ["request message", "DismissMessageRequest"],
    ["SOCIALS", "SocialStatusRequest"],
  ])("%s finds %s first", (typed, name) => {
    expect(rank(names, typed, (text) => text)[0]).toBe(name);
  });

  it("finds nothing by a word that is nowhere", () => {
    expect(rank(names, "log nowhere", (text) => text)).toEqual([]);
  });

  it("keeps everything in its order without words", () => {
    expect(rank(names, " ", (text) => text)).toEqual(names);
  });
});

describe("what the screen and the clipboard have of a frame", () => {
  it.each(["authToken", "password", "newPassword", "accessToken", "hmac", "sessionId"])("shortens %s", (name) => {
    expect(JSON.stringify(masked({ deep: [{ [name]: "a-secret-of-some-length" }] }))).not.toContain("a-secret");
    expect(masked({ [name]: "short" })).toEqual({ [name]: "…" });
  });

  it("keeps everything else", () => {
    const frame = { "@class": ".LogEventRequest", eventKey: "LAP", SECONDS: 61.5, data: [null, true, { a: "b" }] };
    expect(masked(frame)).toEqual(frame);
  });
});

describe("the errors of a response", () => {
  const errors = socialDisconnect.errors.map(({ key, value, meaning, cure }) => ({ key, value, meaning, cure }));
  const request = {
    ...{ name: "SocialDisconnectRequest", responseName: "SocialDisconnectResponse", category: "player" },
    ...{ description: "", caller: "player" as const, examples: [], scripts: [], errors },
    ...{ fields: { properties: { systemId: { type: "string" } } }, response: {} },
  };
  const shown = (error: Record<string, unknown>) => outcomeOf({ error }, request, [], 1).errors[0];

  it("have the meaning and cure of the request's own definition", () => {
    expect(shown({ systemId: "NOT_CONNECTED" })).toMatchObject(
      errors.find(({ key, value }) => key === "systemId" && value === "NOT_CONNECTED")!,
    );
  });

  it("have a meaning of their own for a field of a wrong type", () => {
    expect(shown({ systemId: "INVALID" })).toMatchObject({ meaning: "The field has a value of another type." });
  });

  it("are a script's if no definition has them", () => {
    expect(shown({ tournament: "RUNNING" })).toMatchObject({ isOfScript: true });
    expect(shown({ systemId: "NOT_CONNECTED" })).toMatchObject({ isOfScript: false });
  });

  it("are apart from the sentence for developers and the id in the log", () => {
    const { errors, detail, errorId } = outcomeOf({ error: { detail: "Why.", errorId: "x1" } }, request, [], 1);
    expect({ errors, detail, errorId }).toEqual({ errors: [], detail: "Why.", errorId: "x1" });
  });
});

describe("a quantile of a histogram, in milliseconds", () => {
  const bounds = [0.001, 0.01, 0.1];
  it.each([
    ["nothing observed", [0, 0, 0, 0], 0.5, null],
    ["all in the first bucket", [4, 0, 0, 0], 0.5, 0.5],
    ["half in the second", [2, 2, 0, 0], 0.99, 9.82],
    ["above the last bound", [0, 0, 0, 3], 0.99, 100],
  ])("%s", (_what, counts, share, expected) => {
    const found = quantile(bounds, counts, share);
    if (expected === null) expect(found).toBeNull();
    else expect(found).toBeCloseTo(expected, 2);
  });
});
