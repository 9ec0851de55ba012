import { focusAtOnce } from "../ui/focus.ts";
import { Icon } from "../ui/icon.tsx";
import { isNaming, toggleRecording } from "./scenario-state.ts";
import { deleteScenario, recording, replay, replaying, saveRecording, scenarios } from "./scenarios.ts";

/** Requests that were recorded, to be sent again in their order. They are kept in this browser. */
export function ScenarioList() {
  const steps = recording.value;
  return (
    <div class="scenarios">
      <div class="row">
        <h2 class="panel-title grow">Scenarios</h2>
        <button
          type="button"
          class={`button small ${steps ? "danger" : ""}`}
          aria-pressed={steps !== undefined}
          onClick={toggleRecording}
        >
          {steps ? `■ Stop (${steps.length})` : "● Record"}
        </button>
      </div>
      {isNaming.value && <NameForm />}
      {scenarios.value.length === 0 && !steps && (
        <p class="soft small">Press r, send a few requests, press r again: they can be played from here.</p>
      )}
      <ul>
        {scenarios.value.map((scenario) => (
          <li key={scenario.name} class="row">
            <button
              type="button"
              class="button quiet small grow scenario"
              disabled={replaying.value !== ""}
              onClick={() => replay(scenario)}
            >
              <Icon name="play" /> {scenario.name}
              <span class="soft"> {replaying.value === scenario.name ? "plays…" : countOf(scenario.steps.length)}</span>
            </button>
            <button
              type="button"
              class="button quiet icon"
              aria-label={`Delete the scenario ${scenario.name}`}
              onClick={() => deleteScenario(scenario.name)}
            >
              <Icon name="close" />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function NameForm() {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    isNaming.value = false;
    saveRecording(String(new FormData(event.currentTarget as HTMLFormElement).get("name")).trim());
  };
  return (
    <form class="row" onSubmit={submit}>
      <input
        class="input grow"
        name="name"
        aria-label="Name of the scenario"
        placeholder="first lap"
        required
        ref={focusAtOnce}
      />
      <button type="submit" class="button small">
        Save
      </button>
    </form>
  );
}

function countOf(requests: number): string {
  return requests === 1 ? "1 request" : `${requests} requests`;
}
