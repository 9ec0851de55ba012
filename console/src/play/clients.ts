import { effect, signal } from "@preact/signals";
import type { CredentialSummary } from "../api/types.ts";
import { stage, started } from "../state/session.ts";
import { recall, remember } from "../state/storage.ts";
import { outcome } from "./draft.ts";
import type { Frame } from "./frame.ts";
import { type Answer, GameClient } from "./game-client.ts";
import { clearLog } from "./log.ts";

/** Names of the players that new devices get, after whom the stand-in for Facebook names its users. */
const NAMES = ["Ada", "Grace", "Edsger", "Barbara", "Alan", "Radia"];

export const clients = signal<readonly GameClient[]>([]);
export const currentNumber = signal(0);
let lastNumber = 0;

/** Clients belong to a stage; another stage starts with none. */
let stageOfClients = stage.peek();
effect(() => {
  if (stage.value === stageOfClients) return;
  stageOfClients = stage.value;
  for (const client of clients.peek()) client.close();
  clients.value = [];
  clearLog();
  outcome.value = undefined;
  lastNumber = 0;
});

export function playCredentials(): CredentialSummary[] {
  return started.value?.credentials ?? [];
}

export function defaultCredential(): CredentialSummary | undefined {
  const all = playCredentials();
  return all.find(({ name }) => name === "device") ?? all.find(({ canHavePlayer }) => canHavePlayer) ?? all[0];
}

/** Opens a client and makes it the current one. Undefined if the game has no credential to connect with. */
export function addClient(credential = defaultCredential()): GameClient | undefined {
  if (!credential) return undefined;
  const number = ++lastNumber;
  const client = new GameClient({ number, name: `Client ${number}`, stage: stage.value, credential });
  clients.value = [...clients.value, client];
  currentNumber.value = number;
  client.connect().catch(() => {});
  return client;
}

export function currentClient(): GameClient | undefined {
  return clients.value.find(({ number }) => number === currentNumber.value) ?? clients.value[0];
}

/** For ⇧⏎: the one after the current one. */
export function otherClient(): GameClient | undefined {
  const current = currentClient();
  if (!current || clients.value.length < 2) return undefined;
  return clients.value[(clients.value.indexOf(current) + 1) % clients.value.length];
}

export function clientAt(number: number): GameClient | undefined {
  return clients.value.find((client) => client.number === number);
}

export function removeClient(client: GameClient): void {
  client.close();
  clients.value = clients.value.filter((one) => one !== client);
  if (currentNumber.value === client.number) currentNumber.value = clients.value[0]?.number ?? 0;
}

/** The login of a client's own device. The same client of the same browser is the same player each time. */
export function deviceLogin(number: number): Frame {
  let browser = recall("device", "");
  if (browser === "") {
    browser = crypto.getRandomValues(new Uint32Array(2)).join("");
    remember("device", browser);
  }
  return {
    "@class": ".DeviceAuthenticationRequest",
    deviceId: `console-${browser}-${number}`,
    deviceOS: "W8",
    displayName: NAMES[number - 1] ?? `Player ${number}`,
  };
}

export function signInClient(client: GameClient): Promise<Answer> {
  return client.send(deviceLogin(client.number)).catch(() => undefined);
}
