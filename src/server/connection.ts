import { once } from "node:events";
import type { Duplex } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { nanoid } from "nanoid";
import { WebSocket } from "ws";
import type { RequestError } from "../errors.ts";
import type { Credential, Stage } from "../game/game.ts";
import type { PlayerId } from "../ids.ts";
import type { Answer, Caller, Services } from "./call.ts";
import { ipOf } from "./client-ip.ts";
import { CLOSING, type ClosingReason, type CuttingReason } from "./closing.ts";
import type { Dispatch } from "./dispatcher.ts";
import { classOf, type Frame, type ResponseFrame } from "./frames.ts";
import { type Candidate, HANDSHAKE_REQUEST, HANDSHAKE_RESPONSE, Handshake } from "./handshake.ts";
import { Intake, RefusedFrame } from "./intake.ts";
import { type Outbox, type Outgoing, write } from "./outbox.ts";
import { handshakeDone, internal, noHandshake, stopping, tooMany } from "./refusals.ts";
import { refusalOf, textOf } from "./respond.ts";
import { SecureFraming } from "./secure-framing.ts";
import type { SessionIds } from "./session-ids.ts";
import type { Receiver, Sessions } from "./sessions.ts";
import { Turns, type Worker } from "./turns.ts";

/** What the connections of one server share. */
export interface Hub {
  readonly services: Services;
  readonly dispatch: Dispatch;
  readonly sessions: Sessions;
  readonly sessionIds: SessionIds;
  readonly outbox: Outbox;
  /** Connections whose handshake is not done. */
  readonly unproven: Set<Connection>;
  stopping: boolean;
  /** The last frame of a socket that closes because the server stops. */
  farewell: ResponseFrame | undefined;
}

/** A WebSocket that knows its connection, so that one set of listeners serves all sockets. */
export class GameSocket extends WebSocket {
  declare connection: Connection;
}

/** One socket, from the nonce to its end: what comes in, who sends it, what goes out. Small, as there are many. */
export class Connection implements Caller, Outgoing, Receiver, Worker {
  readonly socket: GameSocket;
  readonly wire: Duplex;
  readonly stage: Stage;
  /** Only presumed until the handshake is done. */
  credential: Credential;
  player: PlayerId | undefined = undefined;
  unsent: string | string[] | undefined = undefined;
  /** When it was opened and last heard of, by `performance.now()`. */
  readonly openedAt: number;
  heardAt: number;
  pinged = false;

  readonly #hub: Hub;
  readonly #turns = new Turns();
  /** Undefined once the handshake is done; from then on there is a session. */
  #handshake: Handshake | undefined;
  /** A session that was begun by EndSessionRequest has no id: nobody is ever told it. */
  #session: { id: string | undefined; startedAt: number } | undefined = undefined;
  readonly #intake: Intake;
  #closed = false;
  #closeWhenIdle: ClosingReason | undefined = undefined;

  constructor(
    hub: Hub,
    socket: GameSocket,
    wire: Duplex,
    opened: { stage: Stage; candidates: Candidate[]; secureFraming: boolean; at: number },
  ) {
    this.#hub = hub;
    this.socket = socket;
    this.wire = wire;
    this.stage = opened.stage;
    this.credential = opened.candidates[0]!.credential;
    this.#handshake = new Handshake(opened.candidates);
    this.#intake = new Intake(opened.secureFraming ? new SecureFraming() : undefined);
    this.openedAt = opened.at;
    this.heardAt = opened.at;
    hub.unproven.add(this);
    this.send({ "@class": `.${HANDSHAKE_RESPONSE}`, nonce: this.#handshake.nonce });
  }

  get sessionStartedAt(): number {
    return this.#session!.startedAt;
  }

  get sessionId(): string | undefined {
    return this.#session?.id;
  }

  get clientIp(): string | undefined {
    return ipOf(this.wire);
  }

  get shookHands(): boolean {
    return this.#session !== undefined;
  }

  get listens(): boolean {
    return this.credential.canListen && this.socket.readyState === WebSocket.OPEN;
  }

  // What comes in.

  /** One text frame. Its requests wait for their turn. */
  receive(data: Buffer): void {
    if (this.#closed) return;
    try {
      const frames = this.#intake.read(data, this.stage, this.#hub.services.config);
      if (Array.isArray(frames)) this.#takeAll(frames);
      else if (frames) this.#take(frames);
    } catch (error) {
      if (!(error instanceof RefusedFrame)) throw error;
      this.#refuse(error.frame, error.error);
    }
    if (this.#intake.flooded) this.close("flood");
  }

  /** An array is its requests in order, and each counts. */
  #takeAll(frames: Frame[]): void {
    const { config } = this.#hub.services;
    for (const [i, frame] of frames.entries()) {
      if (this.#closed || this.#intake.flooded) return;
      if (i === 0 || this.#intake.admits(config)) this.#take(frame);
      else this.#refuse(frame, tooMany(this.stage, config.requestsPerSecond));
    }
  }

  #take(frame: Frame): void {
    const { maxInFlightPerSocket, maxQueuedPerSocket } = this.#hub.services.config;
    if (this.#hub.stopping) this.#refuse(frame, stopping());
    else if (this.#turns.add(this, frame, maxInFlightPerSocket) > maxQueuedPerSocket) this.close("queue");
  }

  // What is worked on.

  runsAlone(frame: Frame): boolean {
    if (typeof frame["@class"] !== "string") return false;
    const name = classOf(frame);
    return name === HANDSHAKE_REQUEST || this.#hub.services.requests.get(name)?.caller === "anyone";
  }

  async work(frame: Frame): Promise<void> {
    try {
      if (isHandshake(frame)) await this.#shakeHands(frame);
      else if (!this.shookHands) this.#refuse(frame, noHandshake());
      else this.#settle(await this.#hub.dispatch(this, frame));
    } catch (err) {
      // Not of the request's own work, which the dispatcher answers for: such as a response that is no JSON.
      const errorId = nanoid(12);
      this.#hub.services.log.error({ err, errorId, request: frame["@class"] }, "a request could not be answered");
      this.#refuse(frame, internal(errorId));
    }
    this.#turns.done(this, this.#hub.services.config.maxInFlightPerSocket);
    if (this.#closeWhenIdle && this.#turns.idle) this.close(this.#closeWhenIdle);
  }

  #settle({ signIn, endSession, response }: Answer): void {
    if (this.#closed) return;
    if (signIn !== undefined) this.#becomes(signIn);
    if (endSession) this.#beginSession();
    this.send(response);
  }

  async #shakeHands(frame: Frame): Promise<void> {
    const { services, sessionIds, unproven } = this.#hub;
    if (!this.#handshake) {
      this.#refuse(frame, handshakeDone());
      return;
    }
    const shaken = await this.#handshake.answer(services, sessionIds, this.stage, frame);
    if (this.#closed) return;
    if ("refusal" in shaken) {
      if (shaken.refusal) this.#refuse(frame, shaken.refusal);
      this.close(shaken.close);
      return;
    }
    this.#handshake = undefined;
    unproven.delete(this);
    this.credential = shaken.credential;
    this.#session = shaken.session;
    if (this.#hearsEveryone) this.#hub.sessions.listen(this.stage, this);
    if (shaken.player !== undefined) this.#becomes(shaken.player);
    this.send(shaken.response);
    this.#intake.framing?.begin(shaken.secret, shaken.session.id);
  }

  /** What waits for the player is sent after the answer to what signed it in. */
  #becomes(player: PlayerId): void {
    const { sessions, services } = this.#hub;
    const isAnother = this.player !== player;
    if (isAnother) this.signOut();
    else sessions.left(player, this);
    this.player = player;
    sessions.arrived(player, this);
    services.messages.signedIn(this.stage, player);
    if (isAnother) services.systemScripts.came(this, player);
  }

  signOut(): void {
    const { player } = this;
    if (player === undefined) return;
    this.#hub.sessions.left(player, this);
    this.player = undefined;
    this.#hub.services.systemScripts.left(this, player);
  }

  get #hearsEveryone(): boolean {
    return this.credential.canListen && !this.credential.canHavePlayer;
  }

  /** Ends the session and begins another. The framing keeps the id that the client knows. */
  #beginSession(): void {
    const { sessionIds, services } = this.#hub;
    if (this.#session?.id !== undefined) sessionIds.end(this.#session.id);
    this.#session = { id: undefined, startedAt: services.clock.now() };
  }

  // What goes out.

  /** Sends one frame at the end of this turn of the event loop. */
  send(frame: ResponseFrame): void {
    if (!this.#closed) this.sendText(textOf(frame, this.#hub.services.config.maxResponseBytes));
  }

  sendText(text: string): void {
    if (this.#closed) return;
    this.#hub.outbox.add(this, this.#intake.framing ? this.#intake.framing.wrap(text) : text);
  }

  async drained(): Promise<void> {
    // By then the outbox has written what this turn added.
    await nextTurn();
    if (this.#closed || !this.wire.writableNeedDrain) return;
    const over = new AbortController();
    const { signal } = over;
    await Promise.race([once(this.wire, "drain", { signal }), once(this.wire, "close", { signal })]).catch(() => {});
    over.abort();
  }

  /** Refuses what was not worked on. */
  #refuse(frame: Frame | undefined, error: RequestError): void {
    const { metrics, requests } = this.#hub.services;
    const definition = requests.get(typeof frame?.["@class"] === "string" ? classOf(frame) : "");
    const responseName = frame && isHandshake(frame) ? HANDSHAKE_RESPONSE : definition?.responseName;
    metrics.requestDone(definition?.name, "refused", 0);
    this.send(refusalOf(frame, error, responseName));
  }

  written(): void {
    const unread = this.socket.bufferedAmount;
    if (unread > this.#hub.services.config.maxUnsentBytes) this.cut("slowReader", { unread });
  }

  // Its end.

  /** Sends what waits, then the close frame. Requests being worked on come to their end unheard. */
  close(why: ClosingReason): void {
    if (this.#closed) return;
    const [code, sentence] = CLOSING[why];
    this.#note(why, why === "stopping" ? "debug" : "info", "a socket is closed");
    if (why === "stopping" && this.#hub.farewell && this.shookHands) this.send(this.#hub.farewell);
    write(this);
    this.#end();
    this.socket.close(code, sentence);
  }

  /** Closes once nothing of this socket is under way or waiting. */
  closeWhenIdle(why: ClosingReason): void {
    this.#closeWhenIdle = why;
    if (this.#turns.idle) this.close(why);
  }

  /** Cuts the socket where a close frame would not get through. */
  cut(why: CuttingReason, about: Record<string, unknown> = {}): void {
    this.#note(why, "warn", "a socket is cut", about);
    this.#end();
    this.socket.terminate();
  }

  /** The socket broke, or broke the WebSocket protocol; it closes by itself. */
  failed(why: string): void {
    this.#note(why, "info", "a socket failed");
  }

  /** The socket is gone. */
  gone(): void {
    this.#end();
  }

  /** Gives back what only a busy socket needs. */
  rest(now: number): void {
    this.#intake.rest(now);
  }

  #note(why: string, level: "debug" | "info" | "warn", sentence: string, about: Record<string, unknown> = {}): void {
    const { log, metrics } = this.#hub.services;
    metrics.socketClosed(why);
    log[level]({ why, credential: this.credential.name, player: this.player, ...about }, sentence);
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#turns.clear();
    this.unsent = undefined;
    this.#hub.unproven.delete(this);
    if (this.#hearsEveryone) this.#hub.sessions.unlisten(this.stage, this);
    this.signOut();
  }
}

function isHandshake(frame: Frame): boolean {
  return frame["@class"] === `.${HANDSHAKE_REQUEST}` || frame["@class"] === HANDSHAKE_REQUEST;
}
