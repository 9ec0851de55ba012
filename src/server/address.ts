import type { Stage } from "../game/game.ts";

export interface Address {
  stage: Stage;
  /** The credential's name, or the prefix of a secret "prefix:…". Undefined if only the hmac can identify it. */
  credential: string | undefined;
  secure: boolean;
  apiKey: string;
  /** The client frames its messages, as the C# SDK does for a secret that contains ":". */
  secureFraming: boolean;
}

/**
 * Parses the URLs that GameSparks SDKs build, and `/{stage}/ws/…`, which only this server has:
 *
 *     /ws/{apiKey}                     the device credential
 *     /ws/{credential}/{apiKey}
 *     /ws/secure/{prefix}/{apiKey}     secret "prefix:…": JavaScript, Java, Lua, ActionScript, iOS SDKs
 *     /ws/secure/{apiKey}              the same: C++ and C# SDKs; only the C# SDK frames, and sends a query with `SDK=`
 */
export function parseAddress(url: string, host: string | undefined, defaultStage: Stage): Address | undefined {
  const [path, query] = cut(url, "?");
  const segments = split(path);
  if (segments === undefined) return undefined;
  const stageInPath = stageNamed(segments[0]);
  if (stageInPath) segments.shift();
  if (segments.shift() !== "ws") return undefined;
  const stage = stageInPath ?? stageOfHost(host) ?? defaultStage;
  const apiKey = segments.pop();
  if (!apiKey || segments.length > 2) return undefined;

  const [credential, prefix] = segments;
  if (credential === "secure") {
    const secureFraming = prefix === undefined && query.includes("SDK=");
    return { stage, credential: prefix?.replace(/:$/, ""), secure: true, apiKey, secureFraming };
  }
  if (prefix !== undefined) return undefined;
  return { stage, credential: credential ?? "device", secure: false, apiKey, secureFraming: false };
}

/** The stage in a host name: `preview-{apiKey}.…`, `{apiKey}.live.…`, `preview.…`, and `service.…` for live. */
export function stageOfHost(host: string | undefined): Stage | undefined {
  const labels = (host ?? "").toLowerCase().split(".");
  const first = labels[0] ?? "";
  if (first === "service") return "live";
  return stageNamed(first) ?? stageNamed(first.split("-")[0]) ?? stageNamed(labels[1]);
}

export function stageNamed(word: string | undefined): Stage | undefined {
  return word === "preview" || word === "live" ? word : undefined;
}

function cut(text: string, at: string): [string, string] {
  const index = text.indexOf(at);
  return index < 0 ? [text, ""] : [text.slice(0, index), text.slice(index + 1)];
}

function split(path: string): string[] | undefined {
  try {
    return path.split("/").filter(Boolean).map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
