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

export interface Hub {
  readonly services: Services;
  readonly dispatch: Dispatch;
  readonly sessions: Sessions;
  readonly sessionIds: SessionIds;
  readonly outbox: Outbox;
  readonly rates: Rates;
  /** Connections that have not completed the handshake. */
  readonly handshaking: Set<Connection>;
  stopping: boolean;
  /** The last frame sent to each socket when the server stops. */
  farewell: ResponseFrame | undefined;
}

/** A WebSocket with a reference to its connection, so that all sockets share one set of listeners. */
export class GameSocket extends WebSocket {
  declare connection: Connection;
}

/**
 * One socket from the nonce to its close. Kept small, because there are many. An unexpected exception closes only this
 * socket (`failUnexpectedly`), so callers must pass on errors unless a method is documented not to throw.
 */
export class Connection implements Caller, Outgoing, Receiver, Worker {
  readonly door = "socket";
  readonly socket: GameSocket;
  readonly wire: Duplex;
  readonly stage: Stage;
  /** Provisional until the handshake is done. */
  credential: Credential;
  player: PlayerId | undefined = undefined;
  unsent: string | string[] | undefined = undefined;
  /** `performance.now()` when opened, and when data last arrived. */
  readonly openedAt: number;
  heardAt: number;
  pinged = false;

  readonly #hub: Hub;
  readonly #turns = new FrameOrder();
  /** Undefined once the handshake is done; then there is a session. */
  #handshake: Handshake | undefined;
  /** A session begun by EndSessionRequest has no id, because nobody needs it. */
  #session: { id: string | undefined; startedAt: number } | undefined = undefined;
  readonly #intake: Intake;
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
    hub.handshaking.add(this);
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

  get isHandshakeDone(): boolean {
    return this.#session !== undefined;
  }

  get listens(): boolean {
    return this.credential.canListen && this.socket.readyState === WebSocket.OPEN;
  }

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

  /** An array holds requests in order. Each counts towards the rate limit. */
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

  runsAlone(frame: Frame): boolean {
    if (isHandshake(frame)) return true;
    return this.credential.canHavePlayer && this.#definitionOf(frame)?.caller === "anyone";
  }

  async work(frame: Frame): Promise<void> {
    try {
      if (isHandshake(frame)) await this.#handleHandshake(frame);
      else if (!this.isHandshakeDone) this.#refuse(frame, noHandshake());
      else this.#settle(frame, await this.#hub.dispatch(this, frame));
      this.#turns.done(this, this.#hub.services.config.maxInFlightPerSocket);
      if (this.#closeWhenIdle && this.#turns.idle) this.close(this.#closeWhenIdle);
    } catch (error) {
      this.failUnexpectedly(error);
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
    if (signIn !== undefined) this.#setPlayer(signIn);
    if (endSession) this.#beginSession();
    this.sendText(text);
  }

  async #handleHandshake(frame: Frame): Promise<void> {
    const { services, sessionIds, handshaking } = this.#hub;
    if (!this.#handshake) {
      this.#refuse(frame, handshakeDone());
      return;
    }
    const result = await this.#handshake.answer(services, sessionIds, this.stage, frame);
    if (this.#closed) return;
    if ("refusal" in result) {
      if (result.refusal) this.#refuse(frame, result.refusal);
      this.close(result.close);
      return;
    }
    this.#handshake = undefined;
    handshaking.delete(this);
    this.credential = result.credential;
    this.#intake.proven(result.credential);
    this.#session = result.session;
    if (this.#receivesAllMessages) this.#hub.sessions.listen(this.stage, this);
    if (result.player !== undefined) this.#setPlayer(result.player);
    this.send(result.response);
    this.#intake.framing?.begin(result.secret, result.session.id);
  }

  /** Queued messages are sent after the response that signed the player in. */
  #setPlayer(player: PlayerId): void {
    const { sessions, services } = this.#hub;
    const isAnother = this.player !== player;
    if (isAnother) this.signOut();
    else sessions.remove(player, this);
    this.player = player;
    sessions.add(player, this);
    services.service(Messages).signedIn(this.stage, player);
    if (isAnother) services.service(SystemScripts).onConnect(this, player);
  }

  signOut(): void {
    const { player } = this;
    if (player === undefined) return;
    this.player = undefined;
    try {
      this.#hub.sessions.remove(player, this);
      this.#hub.services.service(SystemScripts).onDisconnect(this, player);
    } catch (error) {
      this.failUnexpectedly(error);
    }
  }

  get #receivesAllMessages(): boolean {
    return this.credential.canListen && !this.credential.canHavePlayer;
  }

  /** Starts a new session. The framing keeps the id that the client knows. */
  #beginSession(): void {
    const { sessionIds, services } = this.#hub;
    if (this.#session?.id !== undefined) sessionIds.end(this.#session.id);
    this.#session = { id: undefined, startedAt: services.clock.now() };
  }

  /** Sends a frame at the end of this event loop turn. Throws only if the frame cannot be serialized. */
  send(frame: ResponseFrame): void {
    if (!this.#closed) this.sendText(this.#textOf(frame));
  }

  sendText(text: string): void {
    if (this.#closed) return;
    try {
      this.#hub.outbox.add(this, this.#intake.framing ? this.#intake.framing.wrap(text) : text);
    } catch (error) {
      this.failUnexpectedly(error);
    }
  }

  #textOf(frame: ResponseFrame): string {
    return textOf(frame, this.#hub.services.config.maxResponseBytes);
  }

  async drained(): Promise<void> {
    // By then the outbox has written this turn's frames.
    await nextTurn();
    if (this.#closed || !this.wire.writableNeedDrain) return;
    const over = new AbortController();
    const { signal } = over;
    await Promise.race([once(this.wire, "drain", { signal }), once(this.wire, "close", { signal })]).catch(() => {});
    over.abort();
  }

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

  /** Sends queued frames, then the close frame. Running requests finish, but their responses are dropped. */
  close(why: ClosingReason, errorId?: string): void {
    if (this.#closed) return;
    const [code, sentence] = CLOSING[why];
    this.#note(why, why === "stopping" ? "debug" : "info", "socket closed");
    if (why === "stopping" && this.#hub.farewell && this.isHandshakeDone) this.send(this.#hub.farewell);
    write(this);
    this.#end();
    this.socket.close(code, errorId === undefined ? sentence : `${sentence} ${errorId}.`);
  }

  /** Closes the socket after an unexpected error; the client and the log share an error id. Does not throw. */
  failUnexpectedly(error: unknown): void {
    try {
      this.close("internal", noteUnexpected(this.#hub.services, "socket", error));
    } catch {
      this.#end();
      this.socket.terminate();
    }
  }

  /** Closes once no request is running or queued. */
  closeWhenIdle(why: ClosingReason): void {
    this.#closeWhenIdle = why;
    if (this.#turns.idle) this.close(why);
  }

  /** Cuts a socket that a close frame would not reach. */
  cut(why: CuttingReason, about: Record<string, unknown> = {}): void {
    this.#note(why, "warn", "socket cut", about);
    this.#end();
    this.socket.terminate();
  }

  /** The socket failed or violated the WebSocket protocol. It closes by itself. */
  failed(why: string): void {
    this.#note(why, "info", "socket failed");
  }

  onClosed(): void {
    this.#end();
  }

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
    this.#hub.handshaking.delete(this);
    if (this.#receivesAllMessages) this.#hub.sessions.unlisten(this.stage, this);
    this.signOut();
  }
}

function isHandshake(frame: Frame): boolean {
  return classNamed(frame) === HANDSHAKE_REQUEST;
}
