import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { type Address, parseAddress } from "./address.ts";
import { Connection, GameSocket, type Hub } from "./connection.ts";
import { type Candidate, candidatesFor, HANDSHAKE_RESPONSE } from "./handshake.ts";
import { write } from "./outbox.ts";
import { refuseUpgrade, type UpgradeRefusal } from "./refuse-upgrade.ts";
import { noteUnexpected } from "./unexpected.ts";

/** How often timeouts are checked, and so their precision. */
const SWEEP_MS = 500;
/** Limits the work of one sweep if many sockets fall silent together. */
const PINGS_PER_SWEEP = 500;
/** How long a client may take to close its side. */
const CLOSE_TIMEOUT_MS = 5000;
/** How long a stop waits for cut sockets. They normally close immediately. */
const CUT_TIMEOUT_MS = 1000;

export class Sockets {
  readonly #hub: Hub;
  readonly #server: WebSocketServer;
  readonly #connections = new Set<Connection>();
  readonly #sweeper: NodeJS.Timeout;
  readonly #emptied = Promise.withResolvers<void>();

  constructor(hub: Hub) {
    this.#hub = hub;
    const { maxRequestBytes } = hub.services.config;
    const options = {
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: 2 * maxRequestBytes,
      closeTimeout: CLOSE_TIMEOUT_MS,
      WebSocket: GameSocket,
    };
    this.#server = new WebSocketServer(options);
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_MS).unref();
  }

  /** Accepts a socket, or refuses it with an HTTP error that SDKs understand. Does not throw. */
  upgrade(request: IncomingMessage, wire: Duplex, head: Buffer): void {
    wire.on("error", ignore);
    try {
      this.#upgrade(request, wire, head);
    } catch (error) {
      noteUnexpected(this.#hub.services, "upgrade", error);
      wire.destroy();
    }
  }

  #upgrade(request: IncomingMessage, wire: Duplex, head: Buffer): void {
    const { config, game } = this.#hub.services;
    const address = parseAddress(request.url ?? "", request.headers.host, config.defaultStage);
    const candidates = address ? candidatesFor(game, address) : [];
    const refusal = this.#refusalOf(address, candidates);
    if (!address || refusal) {
      this.#hub.services.metrics.socketClosed(refusal!.words);
      refuseUpgrade(wire, refusal!);
      return;
    }
    // Sends the upgrade response and the nonce in one write.
    wire.cork();
    this.#server.handleUpgrade(request, wire, head, (socket) => {
      wire.off("error", ignore);
      write(this.#open(socket as GameSocket, wire, candidates, address));
    });
    wire.uncork();
  }

  /** Closes each socket once it is idle, telling it where to reconnect. Cuts those that are left after the timeout. */
  async drain(reconnectUrl: string, timeoutMs: number): Promise<void> {
    this.#hub.stopping = true;
    clearInterval(this.#sweeper);
    if (reconnectUrl !== "") this.#hub.farewell = { "@class": `.${HANDSHAKE_RESPONSE}`, connectUrl: reconnectUrl };
    this.#each(this.#connections, (connection) => connection.closeWhenIdle("stopping"));
    if (this.#connections.size === 0) return;
    const timer = setTimeout(() => {
      this.#each(this.#connections, (connection) => connection.cut("stopTimeout"));
      setTimeout(() => this.#emptied.resolve(), CUT_TIMEOUT_MS);
    }, timeoutMs);
    await this.#emptied.promise;
    clearTimeout(timer);
  }

  #refusalOf(address: Address | undefined, candidates: Candidate[]): UpgradeRefusal | undefined {
    const { maxConnections } = this.#hub.services.config;
    if (!address) return { code: 404, words: "INVALID LOCATION", detail: "Connect to /ws/{credential}/{apiKey}." };
    if (candidates.length === 0)
      return { code: 404, words: "UNKNOWN SERVICE", detail: "Unknown api key or credential." };
    if (this.#hub.stopping) return { code: 503, words: "STOPPING", detail: "The server is stopping; reconnect." };
    if (this.#connections.size < maxConnections) return undefined;
    const words = address.stage === "live" ? "RUNTIME_CCU_LIVE" : "RUNTIME_CCU_PREVIEW";
    return { code: 503, words, detail: `The server accepts at most ${maxConnections} connections; try again later.` };
  }

  #open(
    socket: GameSocket,
    wire: Duplex,
    candidates: Candidate[],
    { stage, secureFraming }: { stage: Connection["stage"]; secureFraming: boolean },
  ): Connection {
    const { services } = this.#hub;
    const opened = { stage, candidates, secureFraming, at: performance.now() };
    const connection = new Connection(this.#hub, socket, wire, opened);
    socket.connection = connection;
    socket.on("message", onMessage);
    socket.on("ping", onSign);
    socket.on("pong", onSign);
    socket.on("error", onError);
    socket.on("close", this.#onClose);
    this.#connections.add(connection);
    services.metrics.connections = this.#connections.size;
    if (services.stores.opened(stage) === undefined) services.stores.open(stage).catch(ignore);
    return connection;
  }

  readonly #onClose = listener((connection) => {
    this.#connections.delete(connection);
    this.#hub.services.metrics.connections = this.#connections.size;
    if (this.#connections.size === 0 && this.#hub.stopping) this.#emptied.resolve();
    connection.onClosed();
  });

  #sweep(): void {
    const now = performance.now();
    const { handshakeTimeoutMs, idleTimeoutMs } = this.#hub.services.config;
    this.#each(this.#hub.handshaking, (connection) => {
      if (now - connection.openedAt > handshakeTimeoutMs) connection.close("handshakeTimeout");
    });
    let pings = 0;
    this.#each(this.#connections, (connection) => {
      const silent = now - connection.heardAt;
      if (silent > idleTimeoutMs) connection.cut("idle");
      else if (silent > idleTimeoutMs / 3 && !connection.pinged && pings < PINGS_PER_SWEEP) {
        pings += 1;
        connection.pinged = true;
        connection.socket.ping();
      }
      connection.rest(now);
    });
  }

  /** An error closes its own connection; the others are still processed. */
  #each(connections: Iterable<Connection>, work: (connection: Connection) => void): void {
    for (const connection of [...connections]) {
      try {
        work(connection);
      } catch (error) {
        connection.failUnexpectedly(error);
      }
    }
  }
}

function ignore(): void {}

/** A listener shared by all sockets. It does not throw; an error closes the socket. */
function listener<Args extends unknown[]>(work: (connection: Connection, ...args: Args) => void) {
  return function onEvent(this: WebSocket, ...args: Args): void {
    const { connection } = this as GameSocket;
    try {
      work(connection, ...args);
    } catch (error) {
      connection.failUnexpectedly(error);
    }
  };
}

const onMessage = listener((connection, data: RawData, isBinary: boolean) => {
  heard(connection);
  if (isBinary) connection.close("binary");
  else connection.receive(data as Buffer);
});

const onSign = listener(heard);

function heard(connection: Connection): void {
  connection.heardAt = performance.now();
  connection.pinged = false;
}

/** `ws` then closes the socket with the right code: 1009 for an oversized frame, 1007 for invalid UTF-8, 1002. */
const onError = listener((connection, error: Error & { code?: string }) => connection.failed(error.code ?? "error"));
