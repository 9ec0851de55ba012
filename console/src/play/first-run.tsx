import { signal } from "@preact/signals";
import { stage, started } from "../state/session.ts";
import { recall, remember } from "../state/storage.ts";
import { Icon } from "../ui/icon.tsx";
import { addClient, currentClient, deviceLogin } from "./clients.ts";
import { openScriptOf } from "./entry-actions.ts";
import type { Answer, GameClient } from "./game-client.ts";
import { sendAs } from "./sending.ts";

const isDismissed = signal(recall("story.dismissed", false));
const done = signal(0);
const isBusy = signal(false);
const said = signal("");

interface StoryStep {
  title: string;
  /** Said once it is done. */
  after: string;
  send?(client: GameClient): Promise<Answer>;
  open?(): void;
}

const STEPS: readonly StoryStep[] = [
  {
    title: "Sign in a player",
    after: "The first use of a device creates a player. The socket belongs to the player now.",
    send: (client) => sendAs(client, deviceLogin(client.number)),
  },
  {
    title: "Link Facebook",
    after: "The server asked Facebook, here a stand-in on this machine, whose token that is, and stored the link.",
    send: (client) => sendAs(client, { "@class": ".FacebookConnectRequest", accessToken: "token-of-ada" }),
  },
  {
    title: "Disconnect it",
    after: "The link is gone, with the friends that came only by it. The scriptData of the response is from a script.",
    send: (client) => sendAs(client, { "@class": ".SocialDisconnectRequest", systemId: "FB" }),
  },
  {
    title: "See the script that answered",
    after: "",
    open: () => openScriptOf("SocialDisconnectRequest"),
  },
];

/** The story in four clicks. Each sends the real request and leaves it in the form. Only for the example game, and not on live. */
export function FirstRun() {
  if (isDismissed.value || stage.value === "live" || !started.value?.game.isExample) return null;
  return (
    <section class="first-run" aria-label="First steps">
      <p class="soft small" role="status">
        {said.value ||
          "New here? Four clicks show what the server does. Each sends a real request and leaves it below."}
      </p>
      <ol class="grow">
        {STEPS.map((step, index) => (
          <li key={step.title}>
            <button
              type="button"
              class={`button ${index === done.value ? "primary" : ""}`}
              disabled={index > done.value || isBusy.value}
              onClick={() => take(step, index)}
            >
              {index < done.value ? <Icon name="check" /> : <span>{index + 1}</span>}
              {step.title}
            </button>
          </li>
        ))}
      </ol>
      {done.value >= 3 && (
        <button type="button" class="button small" disabled={isBusy.value} onClick={meetGuard}>
          Now see it refused
        </button>
      )}
      <button type="button" class="button quiet small" onClick={dismiss}>
        Dismiss
      </button>
    </section>
  );
}

async function take({ send, open, after }: StoryStep, index: number): Promise<void> {
  if (open) {
    done.value = Math.max(done.value, index + 1);
    return open();
  }
  const client = currentClient() ?? addClient();
  if (!client || !send) return;
  const response = await busy(() => send(client));
  if (response && !response["error"]) {
    done.value = Math.max(done.value, index + 1);
    said.value = after;
  } else said.value = "That was refused. The request below shows why, and what to do.";
}

/** A guard and its cure: the example's script refuses to disconnect an account during a tournament. */
async function meetGuard(): Promise<void> {
  const client = currentClient();
  if (!client) return;
  await busy(async () => {
    await sendAs(client, { "@class": ".FacebookConnectRequest", accessToken: "token-of-ada" });
    await sendAs(client, { "@class": ".ChangeUserDetailsRequest", scriptData: { tournament: "running" } });
    await sendAs(client, { "@class": ".SocialDisconnectRequest", systemId: "FB" });
    return undefined;
  });
  said.value =
    "Nobody may disconnect during a tournament: a request script refused. To end it, send ChangeUserDetailsRequest with the scriptData tournament: over.";
}

async function busy(work: () => Promise<Answer>): Promise<Answer> {
  isBusy.value = true;
  try {
    return await work();
  } finally {
    isBusy.value = false;
  }
}

function dismiss(): void {
  isDismissed.value = true;
  remember("story.dismissed", true);
}
