import { nanoid } from "nanoid";
import { Messages } from "../domains/messages/index.ts";
import { SystemScripts } from "../domains/system-scripts/index.ts";
import { RequestError } from "../errors.ts";
import type { Credential, Stage } from "../game/game.ts";
import type { PlayerId } from "../ids.ts";
import type { Caller } from "../kernel/caller.ts";
import type { Answer } from "./call.ts";
import type { Hub } from "./connection.ts";
import { type Frame, parseFrame, type ResponseFrame } from "./frames.ts";
import { refusalOf } from "./respond.ts";
import type { Receiver } from "./sessions.ts";

/**
 * A client within the server's process. It behaves like a socket, but without a handshake and without socket limits.
 */
export class LocalClient implements Caller, Receiver {
  readonly door = "socket";
  readonly stage: Stage;
  readonly credential: Credential;
  /** Undefined after an EndSessionRequest, as on a socket. */
  sessionId: string | undefined = nanoid();
  player: PlayerId | undefined = undefined;
  sessionStartedAt: number;
  /** Messages in order of arrival. */
  readonly messages: ResponseFrame[] = [];

  readonly #hub: Pick<Hub, "services" | "dispatch" | "sessions">;

  constructor(hub: Pick<Hub, "services" | "dispatch" | "sessions">, stage: Stage, credential: Credential) {
    this.#hub = hub;
    this.stage = stage;
    this.credential = credential;
    this.sessionStartedAt = hub.services.clock.now();
  }

  get listens(): boolean {
    return this.credential.canListen;
  }

  /** Sends a request. A player that it signs in stays signed in. Throws if the frame cannot be serialized. */
  async request(frame: Frame): Promise<Answer> {
    const answer = await this.#dispatch(frame);
    if (answer.signIn !== undefined) this.signIn(answer.signIn);
    if (answer.endSession) {
      this.sessionId = undefined;
      this.sessionStartedAt = this.#hub.services.clock.now();
    }
    return { ...answer, response: copyOf(answer.response) };
  }

  async #dispatch(frame: Frame): Promise<Answer> {
    let read: Frame;
    try {
      read = parseFrame(JSON.stringify(frame) ?? "", this.#hub.services.config.maxRequestDepth);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      return { response: refusalOf(undefined, error), result: "refused", signIn: undefined, endSession: false };
    }
    return this.#hub.dispatch(this, read);
  }

  /** Signs in an existing player as a login would; queued messages are delivered. */
  signIn(player: PlayerId): void {
    const { service } = this.#hub.services;
    const isAnother = this.player !== player;
    if (isAnother) this.signOut();
    this.become(player);
    service(Messages).signedIn(this.stage, player);
    if (isAnother) service(SystemScripts).onConnect(this, player);
  }

  /** Only sets the player: no queued messages and no scripts. */
  become(player: PlayerId): void {
    const { sessions } = this.#hub;
    if (this.player !== undefined) sessions.remove(this.player, this);
    this.player = player;
    sessions.add(player, this);
  }

  signOut(): void {
    const { player } = this;
    if (player === undefined) return;
    this.#hub.sessions.remove(player, this);
    this.player = undefined;
    this.#hub.services.service(SystemScripts).onDisconnect(this, player);
  }

  send(frame: ResponseFrame): void {
    this.messages.push(copyOf(frame));
  }

  sendText(text: string): void {
    this.messages.push(JSON.parse(text));
  }

  async drained(): Promise<void> {}
}

function copyOf<T>(frame: T): T {
  return JSON.parse(JSON.stringify(frame)) as T;
}
