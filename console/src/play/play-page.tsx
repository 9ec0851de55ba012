import { useEffect } from "preact/hooks";
import { catalogue } from "../state/session.ts";
import { ClientList } from "./client-list.tsx";
import { addClient, clients } from "./clients.ts";
import { Composer } from "./composer.tsx";
import { chooseRequest, draftText } from "./draft.ts";
import { FirstRun } from "./first-run.tsx";
import { Inspector } from "./inspector.tsx";
import { onPlayKey } from "./keys.ts";
import { loadScenarios } from "./scenarios.ts";

/** The test harness: clients on the left, the request in the middle, everything sent and received on the right. */
export function PlayPage() {
  const isReady = catalogue.value !== undefined;
  useEffect(() => {
    addEventListener("keydown", onPlayKey);
    return () => removeEventListener("keydown", onPlayKey);
  }, []);
  useEffect(() => {
    if (!isReady) return;
    loadScenarios();
    if (clients.value.length === 0) addClient();
    if (draftText.value === "") chooseRequest("DeviceAuthenticationRequest");
  }, [isReady]);

  return (
    <div class="play">
      <h1 class="sr-only">Play</h1>
      <FirstRun />
      <div class="play-columns">
        <ClientList />
        <Composer />
        <Inspector />
      </div>
    </div>
  );
}
