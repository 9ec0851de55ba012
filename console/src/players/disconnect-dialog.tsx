import { useState } from "preact/hooks";
import { operation, sentenceOf } from "../api/client.ts";
import type { DisconnectPreview, PlayerPage } from "../api/types.ts";
import { useResource } from "../state/resource.ts";
import { stage, started } from "../state/session.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Problem } from "../ui/message.tsx";

interface Props {
  player: PlayerPage["player"];
  system: string;
  close(): void;
  done(): void;
}

/** What disconnecting would do, from the server, and then the act. It asks for the player's name. */
export function DisconnectDialog({ player, system, close, done }: Props) {
  const preview = useResource(
    () => operation<DisconnectPreview>("players disconnect-preview", stage.value, { id: player.id, system }),
    [system],
  );
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<string>();
  const refused = preview.data?.refused;
  const mayForce = started.value?.session.role === "admin";
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    try {
      await operation("players disconnect", stage.value, { id: player.id, system, ...(refused && { force: "yes" }) });
      done();
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  };
  const name = player.displayName || player.userName;
  return (
    <Dialog title={`Disconnect ${system} from ${name}`} close={close}>
      <Problem text={preview.problem} retry={preview.reload} />
      {preview.isLoading && <p class="soft">Working out what would happen…</p>}
      {preview.data && <Consequences preview={preview.data} name={name} />}
      {preview.data && (!refused || mayForce) && (
        <form class="stack" onSubmit={submit}>
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
          <Problem text={problem} />
          <div class="row">
            <button type="submit" class="button danger" disabled={typed !== player.confirmBy}>
              {refused ? "Disconnect all the same" : "Disconnect"}
            </button>
            <button type="button" class="button quiet" onClick={close}>
              Cancel
            </button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

function Consequences({ preview, name }: { preview: DisconnectPreview; name: string }) {
  const { system, friendsLost, friendsLostSample, friendsKept, postsCanceled, waysLeft, refused } = preview;
  return (
    <div class="stack">
      {refused && (
        <p class="notice warning">
          <span>
            <span class="mono">
              {refused.key}: {refused.value}
            </span>{" "}
            {refused.meaning} {refused.cure}
          </span>
        </p>
      )}
      <ul class="bullets">
        <li>
          Removes {count(friendsLost, "friendship")} that came only by {system}
          {friendsKept > 0 && `, keeps ${friendsKept}`}.
        </li>
        {postsCanceled > 0 && <li>Cancels {count(postsCanceled, "waiting post")}.</li>}
        <li>
          {waysLeft.length > 0
            ? `${name} can still log in by ${waysLeft.join(", ")}.`
            : `${name} has no other way to log in and loses access.`}
        </li>
        <li>It cannot be undone here: {name} must link the account again.</li>
      </ul>
      {friendsLostSample.length > 0 && (
        <p class="soft small">
          Friends lost: {friendsLostSample.map(({ displayName, userName }) => displayName || userName).join(", ")}
          {friendsLost > friendsLostSample.length && " and others"}
        </p>
      )}
    </div>
  );
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}
