import type { Config } from "../config.ts";
import { RequestError } from "../errors.ts";
import type { Credential, Stage } from "../game/game.ts";
import { type Frame, parseFrames } from "./frames.ts";
import type { Rate, Rates } from "./rate.ts";
import { badSignature, tooLarge } from "./refusals.ts";
import type { SecureFraming } from "./secure-framing.ts";

/** A rate-limited frame is parsed for its requestId only if it is this short. */
const MAX_PARSED_WHEN_REFUSED = 4096;

/** A frame that is refused before dispatch. `frame` is set if it could be parsed. */
export class RefusedFrame extends Error {
  override name = "RefusedFrame";
  readonly error: RequestError;
  readonly frame: Frame | undefined;

  constructor(error: RequestError, frames?: Frame | Frame[]) {
    super(error.message);
    this.error = error;
    this.frame = Array.isArray(frames) ? undefined : frames;
  }
}

/** Turns the bytes of one socket into requests: rate, framing, JSON, size. */
export class Intake {
  framing: SecureFraming | undefined;
  readonly #rates: Rates;
  readonly #stage: Stage;
  #credential: Credential | undefined = undefined;
  /** Created for the first request; dropped when the socket is quiet. */
  #rate: Rate | undefined = undefined;

  constructor(rates: Rates, stage: Stage, framing: SecureFraming | undefined) {
    this.#rates = rates;
    this.#stage = stage;
    this.framing = framing;
  }

  /** The client has proven its credential, whose rate applies from now on. */
  proven(credential: Credential): void {
    this.#credential = credential;
    if (!credential.canHavePlayer) this.#rate = undefined;
  }

  /** Whether so many requests exceeded the rate that the socket should be closed. */
  get flooded(): boolean {
    return this.#rate?.flooded === true;
  }

  /** Parses a text frame into requests. Undefined for a keep-alive. Throws RefusedFrame. */
  read(data: Buffer, config: Config): Frame | Frame[] | undefined {
    const raw = data.toString();
    const admitted = this.admits();
    if (isBlank(raw)) return undefined;
    if (!admitted) throw new RefusedFrame(this.tooMany(), this.#readShort(raw, config));
    const frames = this.#parse(raw, config);
    if (data.length > config.maxRequestBytes) throw new RefusedFrame(tooLarge(config.maxRequestBytes), frames);
    return frames;
  }

  admits(): boolean {
    this.#rate ??= this.#rates.of(this.#stage, this.#credential);
    return this.#rate.admits();
  }

  tooMany(): RequestError {
    return this.#rate!.refusal(this.#stage);
  }

  rest(now: number): void {
    if (this.#rate?.quietAt(now)) this.#rate = undefined;
  }

  #parse(raw: string, config: Config): Frame | Frame[] {
    if (this.framing?.isPlain(raw)) this.framing = undefined;
    const text = this.framing ? this.framing.unwrap(raw) : raw;
    if (text === undefined) throw new RefusedFrame(badSignature());
    try {
      return parseFrames(text, config.maxRequestDepth);
    } catch (error) {
      throw error instanceof RequestError ? new RefusedFrame(error) : error;
    }
  }

  #readShort(raw: string, config: Config): Frame | Frame[] | undefined {
    if (raw.length > MAX_PARSED_WHEN_REFUSED) return undefined;
    try {
      return this.#parse(raw, config);
    } catch {
      return undefined;
    }
  }
}

/** SDKs send a space as a keep-alive. */
function isBlank(text: string): boolean {
  return text === "" || (text.charCodeAt(0) <= 32 && text.trim() === "");
}
