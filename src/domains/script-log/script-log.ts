import { settingsOf } from "../../config.ts";
import type { Stage } from "../../game/game.ts";
import type { PlayerId } from "../../ids.ts";
import type { DomainService } from "../../kernel/domain.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { ScriptFailure, ScriptLogLine } from "../../kernel/scripts/result.ts";
import type { Store } from "../../store/store.ts";
import { LogLevels } from "./levels.ts";
import { LogLines } from "./lines.ts";
import { scriptLogSettings } from "./settings.ts";

export interface AboutRun {
  /** Kind and short code: `event/SCORE`. */
  script: string;
  scriptVersion?: number;
  runId: string;
  stage: Stage;
  player: PlayerId | undefined;
  /** For a message script: the player's copy of the message, or the outgoing message. */
  messageId?: string;
  outgoingId?: string;
}

/** Writes script log lines to the server's log and to the runtime collection `log`. */
export class ScriptLog implements DomainService {
  readonly levels: LogLevels;
  readonly lines: LogLines;
  readonly #log: Kernel["log"];

  constructor({ clock, config, log }: Pick<Kernel, "clock" | "config" | "log">) {
    const failed = (err: unknown) =>
      log.error({ err }, "script log lines or the log level could not be stored or read");
    this.#log = log;
    this.levels = new LogLevels(clock, failed);
    this.lines = new LogLines({ clock, kept: settingsOf(config, scriptLogSettings).scriptLogKept, failed });
  }

  opened(stage: Stage, store: Store): Promise<void> {
    return this.levels.opened(stage, store);
  }

  async close(): Promise<void> {
    await this.lines.close();
  }

  /** Writes lines to both. Does not wait for the store. */
  write(store: Store, about: AboutRun, lines: readonly ScriptLogLine[]): void {
    for (const { level, message, file, line } of lines) {
      if (!this.levels.has(about.stage, store, level)) continue;
      this.#log[level]({ ...about, scriptLog: message, file, line }, "script log");
    }
    const unkept = lines.filter(({ isKept }) => !isKept);
    this.keep(store, about, unkept);
  }

  keep(store: Store, about: AboutRun, lines: readonly ScriptLogLine[]): void {
    const { stage, script, runId, player: playerId } = about;
    for (const { level, message, file, line } of lines) {
      if (!this.levels.has(stage, store, level)) continue;
      this.lines.add(store, { level, message, script, runId, playerId, file, line });
    }
  }

  /** Writes a script's failure to both, regardless of the log level. */
  writeFailure(store: Store, about: AboutRun, failure: ScriptFailure): void {
    const { script, runId, player: playerId } = about;
    const { message, file, line } = failure;
    this.#log.error({ ...about, failure }, "a script failed");
    this.lines.add(store, { level: "error", message, script, runId, playerId, file, line });
  }
}
