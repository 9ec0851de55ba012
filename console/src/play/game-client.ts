import { signal } from "@preact/signals";
import { handshake, sentenceOf } from "../api/client.ts";
import type { Stage } from "../api/types.ts";
import type { Frame } from "./frame.ts";
import { addEntry, type Entry, type EntryKind } from "./log.ts";

export type ClientState = "connecting" | "connected" | "closed";

export interface ClientOptions {
  number: number;
  name: string;
  stage: Stage;
  credential: { name: string; path: string };
}

/** The result of a request: its response, or undefined if the connection was lost first. */
export type Answer = Frame | undefined;

const RESPONSE_MS = 15_000;

/** A request that has no response yet. */
interface Waiting {
  at: number;
  name: string;
  eventKey: unknown;
  settle(answer: Answer): void;
}

/**
 * A game client in the page, as an SDK is one in a game: one socket, and a handshake that the server's secret signs
 * through the console's API. The secret is never in the page.
 */
export class GameClient {
  readonly number: number;
  readonly options: ClientOptions;
  readonly state = signal<ClientState>("closed");
  readonly problem = signal("");
  readonly name = signal("");
  readonly player = signal<string | undefined>(undefined);
  #socket: WebSocket | undefined;
  #ready: Promise<void> | undefined;
  #authToken: string | undefined;
  #sessionId: string | undefined;
  #count = 0;
  readonly #waiting = new Map<string, Waiting>();

  constructor(options: ClientOptions) {
    this.options = options;
    this.number = options.number;
    this.name.value = options.name;
  }

  /** Resolves once requests can be sent. A client that had a player before has it again. */
  connect(): Promise<void> {
    if (this.state.value === "closed") this.#ready = this.#open();
    return this.#ready ?? Promise.resolve();
  }

  #open(): Promise<void> {
    const { stage, credential } = this.options;
    this.state.value = "connecting";
    this.problem.value = "";
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/${stage}${credential.path}`);
    this.#socket = socket;
    return new Promise((resolve, reject) => {
      const fail = (sentence: string): void => {
        this.problem.value = sentence;
        socket.close();
        reject(new Error(sentence));
      };
      socket.onmessage = ({ data }) => {
        const frame = JSON.parse(String(data)) as Frame;
        if (this.state.value === "connected") this.#receive(frame);
        else if (typeof frame["nonce"] === "string")
          this.#sign(frame["nonce"]).catch((error) => fail(sentenceOf(error)));
        else if (frame["error"]) fail(`The server refused the handshake: ${JSON.stringify(frame["error"])}`);
        else {
          this.#welcome(frame);
          resolve();
        }
      };
      socket.onclose = () => {
        const wasConnected = this.state.value === "connected";
        this.state.value = "closed";
        if (wasConnected) this.#note("disconnected");
        this.#settleAll();
        reject(new Error(this.problem.value || "The server closed the connection. Check that it is running."));
      };
    });
  }

  async #sign(nonce: string): Promise<void> {
    const { stage, credential } = this.options;
    const { hmac } = await handshake({ stage, credential: credential.name, nonce });
    const frame = {
      "@class": ".AuthenticatedConnectRequest",
      ...{ hmac, os: "console", platform: "console" },
      ...(this.#authToken !== undefined && { authToken: this.#authToken }),
      ...(this.#sessionId !== undefined && { sessionId: this.#sessionId }),
    };
    this.#socket?.send(JSON.stringify(frame));
  }

  #welcome(frame: Frame): void {
    this.state.value = "connected";
    this.#remember(frame);
    this.player.value = typeof frame["userId"] === "string" ? frame["userId"] : undefined;
    this.#note(`connected with the credential ${this.options.credential.name}`);
  }

  /** Sends a request and resolves to its response. An array is one frame of several requests; it has no response of its own. */
  async send(request: Frame | Frame[]): Promise<Answer> {
    await this.connect();
    const parts = [request].flat().map((part) => this.#numbered(part));
    const frame = Array.isArray(request) ? parts.map(({ frame }) => frame) : (parts[0]?.frame ?? {});
    const title = parts.map(({ name }) => name).join(", ") || "empty array";
    const [first] = parts;
    const eventKey = parts.length === 1 ? first?.frame["eventKey"] : undefined;
    this.#show("request", title, frame, {
      requestName: title,
      ...(typeof eventKey === "string" && { eventKey }),
    });
    const at = performance.now();
    const answers = parts.map(
      ({ id, name, frame: { eventKey } }) =>
        new Promise<Answer>((settle) => this.#waiting.set(id, { at, name, eventKey, settle })),
    );
    this.#socket?.send(JSON.stringify(frame));
    const late = new Promise<Answer>((resolve) => setTimeout(resolve, RESPONSE_MS, undefined));
    return Promise.race([late, ...answers.slice(0, 1)]);
  }

  /** With a requestId, by which the response is found. One that was typed is kept. */
  #numbered(part: Frame): { id: string; name: string; frame: Frame } {
    const typed = part["requestId"];
    const id = typeof typed === "string" ? typed : `console_${this.number}_${++this.#count}`;
    return {
      id,
      name: String(part["@class"] ?? "request without a class").replace(/^\./, ""),
      frame: { ...part, requestId: id },
    };
  }

  #receive(frame: Frame): void {
    const title = String(frame["@class"] ?? "frame without a class").replace(/^\./, "");
    const id = frame["requestId"];
    const request = typeof id === "string" ? this.#waiting.get(id) : undefined;
    const kind: EntryKind = frame["error"] ? "error" : request || title.endsWith("Response") ? "response" : "message";
    this.#show(kind, title, frame, {
      ...(request && { requestName: request.name, tookMs: performance.now() - request.at }),
      ...(typeof request?.eventKey === "string" && { eventKey: request.eventKey }),
    });
    this.#remember(frame);
    if (title === "SessionTerminatedMessage" || title === "EndSessionResponse") this.player.value = undefined;
    if (request && typeof id === "string") {
      this.#waiting.delete(id);
      request.settle(frame);
    }
  }

  #remember(frame: Frame): void {
    const { authToken, sessionId, userId, displayName, "@class": name } = frame;
    if (typeof authToken === "string") this.#authToken = authToken;
    if (typeof sessionId === "string") this.#sessionId = sessionId;
    if (name !== ".AuthenticationResponse" && name !== ".RegistrationResponse") return;
    if (typeof userId === "string" && !frame["error"]) this.player.value = userId;
    if (typeof displayName === "string" && displayName !== "") this.name.value = displayName;
  }

  close(): void {
    this.#socket?.close();
  }

  #settleAll(): void {
    for (const { settle } of this.#waiting.values()) settle(undefined);
    this.#waiting.clear();
  }

  #note(text: string): void {
    this.#show("note", text, undefined);
  }

  #show(
    kind: EntryKind,
    title: string,
    frame: Frame | Frame[] | undefined,
    more: Pick<Entry, "requestName" | "tookMs" | "eventKey"> = {},
  ): void {
    addEntry({ at: Date.now(), clientNumber: this.number, clientName: this.name.value, kind, title, frame, ...more });
  }
}
