import { chooseEvent, chooseRequest } from "../play/draft.ts";
import { go } from "../state/router.ts";
import { catalogue } from "../state/session.ts";

/** Opens the request that runs the script, ready to be sent. */
export function TryIt({ script }: { script: string }) {
  const [kind, name = ""] = script.split("/");
  const request = catalogue.value?.requests.find((one) => one.scripts.includes(script));
  if (kind !== "event" && !request) return null;
  const open = (): void => {
    if (kind === "event") chooseEvent(name);
    else if (request) chooseRequest(request.name);
    go("play");
  };
  return (
    <button type="button" class="button" onClick={open}>
      Try it
    </button>
  );
}
