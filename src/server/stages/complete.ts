import type { Static, TObject } from "@sinclair/typebox";
import { type CompletionContext, refusing } from "../../requests/definition.ts";
import type { Call, Services } from "../call.ts";

export function complete({ game, clock, cloudCode }: Services, call: Call): void {
  call.completed = call.frame;
  const { complete } = call.known;
  if (!complete) return;
  const hasEventScript: CompletionContext["hasEventScript"] = (shortCode, kind = "event") =>
    cloudCode.has(kind, shortCode);
  const completed = complete({ ...refusing, game, clock, hasEventScript }, call.request as Static<TObject>, call.frame);
  call.completed = { ...call.frame, ...completed };
  call.request = { ...completed, ...call.request };
}
