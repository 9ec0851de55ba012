import type { Config } from "../config.ts";
import { RequestError } from "../errors.ts";
import type { Credential, Stage } from "../game/game.ts";
import { type Frame, parseFrames } from "./frames.ts";
import type { Rate, Rates } from "./rate.ts";
import { badSignature, tooLarge } from "./refusals.ts";
import type { SecureFraming } from "./secure-framing.ts";

/** Of a frame that came too fast only a short one is read for its requestId. */
const MAX_PARSED_WHEN_REFUSED = 4096;

/** What is refused before it is worked on. `frame` is what it answers to, as far as that can be told. */
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

/** What comes in on one socket, from its bytes to its requests: rate, framing, JSON, size. */
export class Intake {
  framing: SecureFraming | undefined;
  readonly #rates: Rates;
  readonly #stage: Stage;
  #credential: Credential | undefined = undefined;
  /** Made for the first request and dropped when the socket falls quiet. */
  #rate: Rate | undefined = undefined;

  constructor(rates: Rates, stage: Stage, framing: SecureFraming | undefined) {
    this.#rates = rates;
    this.#stage = stage;
    this.framing = framing;
  }

  /** The client has shown the credential's secret: from now on it has the credential's rate. */
  proven(credential: Credential): void {
    this.#credential = credential;
    if (!credential.canHavePlayer) this.#rate = undefined;
  }

  /** So much was refused for its rate that the socket is better closed. */
  get flooded(): boolean {
    return this.#rate?.flooded === true;
  }

  /** The request in one text frame, or several; undefined for a keep-alive. Throws a RefusedFrame. */
  read(data: Buffer, config: Config): Frame | Frame[] | undefined {
    const raw = data.toString();
    const admitted = this.admits();
    if (isBlank(raw)) return undefined;
    if (!admitted) throw new RefusedFrame(this.tooMany(), this.#readShort(raw, config));
    const frames = this.#parse(raw, config);
    if (data.length > config.maxRequestBytes) throw new RefusedFrame(tooLarge(config.maxRequestBytes), frames);
    return frames;
  }

  /** Counts one request; false where it is too fast. */
  admits(): boolean {
    this.#rate ??= this.#rates.of(this.#stage, this.#credential);
    return this.#rate.admits();
  }

  /** The refusal of what was too fast. */
  tooMany(): RequestError {
    return this.#rate!.refusal(this.#stage);
  }

  /** Gives back what only a busy socket needs. */
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

/** SDKs keep a connection alive by frames that hold a space. */
function isBlank(text: string): boolean {
  return text === "" || (text.charCodeAt(0) <= 32 && text.trim() === "");
}
