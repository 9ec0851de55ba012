import type { Stage } from "../api/types.ts";
import { chooseStage, stage, started } from "../state/session.ts";

/** Everything on the page belongs to this stage. The live one has its own colour and the word. */
export function StageSwitch() {
  return (
    <label class={`stage-switch ${stage.value}`}>
      <span class="sr-only">Stage</span>
      <select value={stage.value} onChange={(event) => chooseStage(event.currentTarget.value as Stage)}>
        {started.value?.stages.map((name) => (
          <option key={name} value={name}>
            {name === "live" ? "LIVE" : name}
          </option>
        ))}
      </select>
    </label>
  );
}
