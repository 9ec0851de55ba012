import { useState } from "preact/hooks";
import { operation, sentenceOf } from "../api/client.ts";
import type { PlayerPage } from "../api/types.ts";
import { go } from "../state/router.ts";
import { may, stage } from "../state/session.ts";
import { Dialog } from "../ui/dialog.tsx";
import { jsonText } from "../ui/json.tsx";
import { Problem } from "../ui/message.tsx";

interface Action {
  name: string;
  title: string;
  /** What it does, before it is done. */
  about: string;
  isDangerous: boolean;
  field?: { name: string; label: string };
}

const ACTIONS: readonly Action[] = [
  {
    name: "players sign-out",
    title: "Sign out everywhere",
    about: "Ends every login of the player. The player can log in again; nothing else changes.",
    isDangerous: false,
  },
  {
    name: "players password",
    title: "Set a password",
    about: "Replaces the password and ends every login. The old password cannot be restored.",
    isDangerous: false,
    field: { name: "password", label: "New password" },
  },
  {
    name: "players delete",
    title: "Delete the player",
    about: "Deletes the player with all data, links, friendships and messages. It cannot be undone.",
    isDangerous: true,
  },
];

export function PlayerActions({ page, reload }: { page: PlayerPage; reload(): void }) {
  const [chosen, setChosen] = useState<Action>();
  const [said, setSaid] = useState("");
  const actions = ACTIONS.filter(({ name }) => may(name));
  if (actions.length === 0) return null;
  const done = (action: Action): void => {
    setChosen(undefined);
    if (action.isDangerous) {
      go("players");
      return;
    }
    setSaid(`Done: ${action.title.toLowerCase()}.`);
    reload();
  };
  return (
    <section class="panel player-actions" aria-label="Actions">
      {actions.map((action) => (
        <button
          type="button"
          key={action.name}
          class={`button ${action.isDangerous ? "danger" : ""}`}
          onClick={() => setChosen(action)}
        >
          {action.title}…
        </button>
      ))}
      {may("players export") && <ExportButton id={page.player.id} />}
      <p class="small" role="status">
        {said}
      </p>
      {chosen && (
        <ActionDialog {...{ page, action: chosen }} close={() => setChosen(undefined)} done={() => done(chosen)} />
      )}
    </section>
  );
}

/** Everything the server stores about the player, as a file. */
function ExportButton({ id }: { id: string }) {
  const [problem, setProblem] = useState<string>();
  const save = async (): Promise<void> => {
    try {
      const data = await operation<unknown>("players export", stage.value, { id });
      const url = URL.createObjectURL(new Blob([jsonText(data)], { type: "application/json" }));
      Object.assign(document.createElement("a"), { href: url, download: `player-${id}.json` }).click();
      URL.revokeObjectURL(url);
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  };
  return (
    <>
      <button type="button" class="button" onClick={save}>
        Export as JSON
      </button>
      <Problem text={problem} />
    </>
  );
}

interface DialogProps {
  page: PlayerPage;
  action: Action;
  close(): void;
  done(): void;
}

function ActionDialog({ page: { player }, action, close, done }: DialogProps) {
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<string>();
  const { name, title, about, isDangerous, field } = action;
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const value = field && { [field.name]: String(form.get(field.name) ?? "") };
    try {
      await operation(name, stage.value, { id: player.id, ...value, ...(isDangerous && { name: typed }) });
      done();
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  };
  return (
    <Dialog title={`${title}: ${player.displayName || player.userName}`} close={close}>
      <p>{about}</p>
      <form class="stack" onSubmit={submit}>
        {field && (
          <div class="field">
            <label for="value">{field.label}</label>
            <input id="value" name={field.name} type="password" class="input" autocomplete="new-password" required />
          </div>
        )}
        {isDangerous && (
          <div class="field">
            <label for="confirm">
              Type <code>{player.confirmBy}</code> to confirm
            </label>
            <input
              id="confirm"
              class="input"
              autocomplete="off"
              value={typed}
              onInput={({ currentTarget }) => setTyped(currentTarget.value)}
            />
          </div>
        )}
        <Problem text={problem} />
        <div class="row">
          <button
            type="submit"
            class={`button ${isDangerous ? "danger" : "primary"}`}
            disabled={isDangerous && typed !== player.confirmBy}
          >
            {title}
          </button>
          <button type="button" class="button quiet" onClick={close}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}
