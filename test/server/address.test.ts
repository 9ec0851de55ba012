import { describe, expect, it } from "vitest";
import { parseAddress } from "../../src/server/address.ts";

const parse = (url: string, host = "localhost:8080") => parseAddress(url, host, "preview");
const address = (others: object) => ({
  stage: "preview",
  credential: "device",
  secure: false,
  apiKey: "key",
  secureFraming: false,
  ...others,
});

describe("the path of a socket URL", () => {
  it.each([
    ["/ws/key", {}],
    ["/ws/device/key", {}],
    ["/ws/server-send/key", { credential: "server-send" }],
    ["/ws/my%20credential/key", { credential: "my credential" }],
    ["/ws/device/key?deviceOS=IOS&deviceID=1&SDK=Java", {}],
    ["/live/ws/key", { stage: "live" }],
    ["/preview/ws/device/key", {}],
    ["/ws/secure/pre/key", { credential: "pre", secure: true }],
    ["/ws/secure/pre:/key", { credential: "pre", secure: true }],
    ["/ws/secure/pre/key?deviceOS=a&deviceID=b&SDK=c", { credential: "pre", secure: true }],
    ["/ws/secure/key", { credential: undefined, secure: true }],
    ["/ws/secure/key?deviceOS=a&deviceID=b&SDK=c", { credential: undefined, secure: true, secureFraming: true }],
  ])("%s", (url, expected) => expect(parse(url)).toEqual(address(expected)));

  it.each(["/", "/ws", "/ws/", "/other/key", "/live", "/live/ws", "/ws/a/b/key", "/ws/secure/a/b/key", "/ws/%ZZ/key"])(
    "%s is not a socket URL",
    (url) => expect(parse(url)).toBeUndefined(),
  );
});

describe("the host of a socket URL", () => {
  it.each([
    ["live-key.ws.example.net", "live"],
    ["preview-key.ws.example.net", "preview"],
    ["LIVE-key.ws.example.net:443", "live"],
    ["service.example.net", "live"],
    ["preview.example.net", "preview"],
    ["key.live.example.net", "live"],
    ["127.0.0.1:8080", "preview"],
    ["lively.example.net", "preview"],
  ])("%s is %s", (host, stage) => expect(parse("/ws/key", host)).toEqual(address({ stage })));

  it("is overridden by the path", () =>
    expect(parse("/preview/ws/key", "live-key.ws.example.net")).toEqual(address({})));

  it("may be missing", () => expect(parseAddress("/ws/key", undefined, "live")).toEqual(address({ stage: "live" })));
});
