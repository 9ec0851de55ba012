import { once } from "node:events";
import type { Duplex } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { WebSocket } from "ws";
import { Messages } from "../domains/messages/index.ts";
import { SystemScripts } from "../domains/system-scripts/index.ts";
import type { RequestError } from "../errors.ts";
import type { Credential, Stage } from "../game/game.ts";
import type { PlayerId } from "../ids.ts";
import type { Caller } from "../kernel/caller.ts";
import type { AnyRequest } from "../requests/definition.ts";
import type { Answer, Services } from "./call.ts";
import { ipOf } from "./client-ip.ts";
import { CLOSING, type ClosingReason, type CuttingReason } from "./closing.ts";
import type { Dispatch } from "./dispatcher.ts";
import { FrameOrder, type Worker } from "./frame-order.ts";
import { classNamed, type Frame, type ResponseFrame } from "./frames.ts";
import { type Candidate, HANDSHAKE_REQUEST, HANDSHAKE_RESPONSE, Handshake } from "./handshake.ts";
import { Intake, RefusedFrame } from "./intake.ts";
import { type Outbox, type Outgoing, write } from "./outbox.ts";
import type { Rates } from "./rate.ts";
import { handshakeDone, internal, noHandshake, stopping } from "./refusals.ts";
import { refusalOf, textOf } from "./respond.ts";
import { SecureFraming } from "./secure-framing.ts";
import type { SessionIds } from "./session-ids.ts";
import type { Receiver, Sessions } from "./sessions.ts";
import { noteUnexpected } from "./unexpected.ts";

/** What the connections of one server share. */
export interface Hub {
  readonly services: Services;
  readonly dispatch: Dispatch;
  readonly sessions: Sessions;
  readonly sessionIds: SessionIds;
  readonly outbox: Outbox;
  readonly rates: Rates;
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

/**
 * One socket, from the nonce to its end: what comes in, who sends it, what goes out. Small, as there are many. Whatever is
 * thrown here unexpectedly closes this socket and no other (`broke`); a method
 * that is not said to throw nothing needs a caller who passes errors on to that.
 */
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
  readonly #turns = new FrameOrder();
  /** Undefined once the handshake is done; from then on there is a session. */
  #handshake: Handshake | undefined;
  /** A session that was begun by EndSessionRequest has no id: nobody is ever told it. */
  #session: { id: string | undefined; startedAt: number } | undefined = undefined;
  readonly #intake: Intake;
  /** Made for the first who asks. */
  #gone: AbortController | undefined = undefined;
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
    this.#intake = new Intake(hub.rates, this.stage, opened.secureFraming ? new SecureFraming() : undefined);
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

  get gone(): AbortSignal {
    this.#gone ??= new AbortController();
    if (this.#closed) this.#gone.abort();
    return this.#gone.signal;
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
      const frames = this.#intake.read(data, this.#hub.services.config);
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
    for (const [i, frame] of frames.entries()) {
      if (this.#closed || this.#intake.flooded) return;
      if (i === 0 || this.#intake.admits()) this.#take(frame);
      else this.#refuse(frame, this.#intake.tooMany());
    }
  }

  #take(frame: Frame): void {
    const { maxInFlightPerSocket, maxQueuedPerSocket } = this.#hub.services.config;
    if (this.#hub.stopping) this.#refuse(frame, stopping());
    else if (this.#turns.add(this, frame, maxInFlightPerSocket) > maxQueuedPerSocket) this.close("queue");
  }

  // What is worked on.

  runsAlone(frame: Frame): boolean {
    if (isHandshake(frame)) return true;
    return this.credential.canHavePlayer && this.#definitionOf(frame)?.caller === "anyone";
  }

  async work(frame: Frame): Promise<void> {
    try {
      if (isHandshake(frame)) await this.#shakeHands(frame);
      else if (!this.shookHands) this.#refuse(frame, noHandshake());
      else this.#settle(frame, await this.#hub.dispatch(this, frame));
      this.#turns.done(this, this.#hub.services.config.maxInFlightPerSocket);
      if (this.#closeWhenIdle && this.#turns.idle) this.close(this.#closeWhenIdle);
    } catch (error) {
      this.broke(error);
    }
  }

  #settle(frame: Frame, { signIn, endSession, response }: Answer): void {
    if (this.#closed) return;
    let text: string;
    try {
      text = this.#textOf(response);
    } catch (error) {
      const errorId = noteUnexpected(this.#hub.services, "socket", error, { request: this.#definitionOf(frame)?.name });
      this.#refuse(frame, internal(errorId));
      return;
    }
    if (signIn !== undefined) this.#becomes(signIn);
    if (endSession) this.#beginSession();
    this.sendText(text);
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
    this.#intake.proven(shaken.credential);
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
    services.service(Messages).signedIn(this.stage, player);
    if (isAnother) services.service(SystemScripts).came(this, player);
  }

  /** Throws nothing. */
  signOut(): void {
    const { player } = this;
    if (player === undefined) return;
    this.player = undefined;
    try {
      this.#hub.sessions.left(player, this);
      this.#hub.services.service(SystemScripts).left(this, player);
    } catch (error) {
      this.broke(error);
    }
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

  /**
   * Sends one frame at the end of this turn of the event loop.
   * @throws where the frame cannot be written as JSON; nothing else
   */
  send(frame: ResponseFrame): void {
    if (!this.#closed) this.sendText(this.#textOf(frame));
  }

  /** Throws nothing. */
  sendText(text: string): void {
    if (this.#closed) return;
    try {
      this.#hub.outbox.add(this, this.#intake.framing ? this.#intake.framing.wrap(text) : text);
    } catch (error) {
      this.broke(error);
    }
  }

  #textOf(frame: ResponseFrame): string {
    return textOf(frame, this.#hub.services.config.maxResponseBytes);
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
    const definition = frame && this.#definitionOf(frame);
    const responseName = frame && isHandshake(frame) ? HANDSHAKE_RESPONSE : definition?.responseName;
    this.#hub.services.metrics.requestDone(definition?.name, "refused", 0);
    this.send(refusalOf(frame, error, responseName));
  }

  #definitionOf(frame: Frame): AnyRequest | undefined {
    return this.#hub.services.requests.get(classNamed(frame) ?? "");
  }

  written(): void {
    const unread = this.socket.bufferedAmount;
    if (unread > this.#hub.services.config.maxUnsentBytes) this.cut("slowReader", { unread });
  }

  // Its end.

  /** Sends what waits, then the close frame. Requests being worked on come to their end unheard. */
  close(why: ClosingReason, errorId?: string): void {
    if (this.#closed) return;
    const [code, sentence] = CLOSING[why];
    this.#note(why, why === "stopping" ? "debug" : "info", "a socket is closed");
    if (why === "stopping" && this.#hub.farewell && this.shookHands) this.send(this.#hub.farewell);
    write(this);
    this.#end();
    this.socket.close(code, errorId === undefined ? sentence : `${sentence} ${errorId}.`);
  }

  /** An unexpected error closes the socket, under an id that the client and the log share. Throws nothing. */
  broke(error: unknown): void {
    try {
      this.close("internal", noteUnexpected(this.#hub.services, "socket", error));
    } catch {
      this.#end();
      this.socket.terminate();
    }
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

  /** The socket is closed. */
  onClosed(): void {
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
    this.#gone?.abort();
    this.#turns.clear();
    this.unsent = undefined;
    this.#hub.unproven.delete(this);
    if (this.#hearsEveryone) this.#hub.sessions.unlisten(this.stage, this);
    this.signOut();
  }
}

function isHandshake(frame: Frame): boolean {
  return classNamed(frame) === HANDSHAKE_REQUEST;
}
