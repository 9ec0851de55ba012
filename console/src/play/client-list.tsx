import { useState } from "preact/hooks";
import { Icon } from "../ui/icon.tsx";
import {
  addClient,
  clients,
  currentClient,
  currentNumber,
  playCredentials,
  removeClient,
  signInClient,
} from "./clients.ts";
import type { GameClient } from "./game-client.ts";
import { ScenarioList } from "./scenario-list.tsx";

/** The clients of this page, and the scenarios that they can play. */
export function ClientList() {
  const credentials = playCredentials();
  const [chosen, setChosen] = useState("");
  return (
    <section class="panel clients" aria-label="Clients">
      <h2 class="panel-title">Clients</h2>
      <ul>
        {clients.value.map((client) => (
          <ClientRow key={client.number} client={client} />
        ))}
      </ul>
      <div class="row new-client">
        <button
          type="button"
          class="button small grow"
          disabled={credentials.length === 0}
          onClick={() => addClient(credentials.find(({ name }) => name === chosen))}
        >
          <Icon name="plus" /> New client
        </button>
        {credentials.length > 1 && (
          <select
            class="input small-select"
            aria-label="Credential of the new client"
            value={chosen || "device"}
            onChange={(event) => setChosen(event.currentTarget.value)}
          >
            {credentials.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )}
      </div>
      <ScenarioList />
    </section>
  );
}

function ClientRow({ client }: { client: GameClient }) {
  const isCurrent = currentClient() === client;
  const { state, player, name, problem, options } = client;
  return (
    <li class={isCurrent ? "current" : ""}>
      <button
        type="button"
        class="client"
        aria-pressed={isCurrent}
        onClick={() => {
          currentNumber.value = client.number;
        }}
      >
        <span class={`dot ${state.value}`} aria-hidden="true">
          {state.value === "connected" ? (player.value ? "●" : "○") : "×"}
        </span>
        <span class="client-name">{name.value}</span>
        <span class="soft small">{options.credential.name}</span>
      </button>
      <div class="client-state soft small">
        <ClientStateText client={client} />
        <button
          type="button"
          class="button quiet icon"
          title={`Remove ${name.value}`}
          aria-label={`Remove ${name.value}`}
          onClick={() => removeClient(client)}
        >
          <Icon name="close" />
        </button>
      </div>
      {problem.value && <p class="client-problem small">{problem.value}</p>}
    </li>
  );
}

function ClientStateText({ client }: { client: GameClient }) {
  const { state, player, name } = client;
  if (state.value === "connecting") return <span class="grow">connecting…</span>;
  if (state.value === "closed") {
    return (
      <>
        <span class="grow">not connected</span>
        <button type="button" class="button small" onClick={() => client.connect().catch(() => {})}>
          Connect
        </button>
      </>
    );
  }
  if (player.value !== undefined) return <span class="grow mono">{player.value}</span>;
  return (
    <>
      <span class="grow">no player</span>
      <button
        type="button"
        class="button small"
        onClick={() => signInClient(client)}
        aria-label={`Sign in ${name.value}`}
      >
        Sign in
      </button>
    </>
  );
}
