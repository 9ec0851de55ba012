import { hrefOf } from "../state/router.ts";
import { started } from "../state/session.ts";
import { Icon } from "../ui/icon.tsx";
import { openCommand } from "./command-state.ts";
import { Menu } from "./menu.tsx";
import { StageSwitch } from "./stage-switch.tsx";

const IS_MAC = /mac/i.test(navigator.platform);

export function TopBar() {
  const { game, health } = started.value ?? {};
  return (
    <header class="top-bar">
      <a class="brand" href={hrefOf("play")}>
        <img src="/console/icon.svg" alt="" width="20" height="20" />
        <span class="brand-name">Rekindle</span>
      </a>
      <span class="game-name" title={game?.name}>
        {game?.name}
      </span>
      <StageSwitch />
      <button type="button" class="command-button" onClick={openCommand} aria-keyshortcuts="Control+K Meta+K">
        <Icon name="search" />
        <span>Search players, requests, pages…</span>
        <kbd>{IS_MAC ? "⌘K" : "Ctrl K"}</kbd>
      </button>
      {health && <HealthMark status={health.status} />}
      <Menu />
    </header>
  );
}

function HealthMark({ status }: { status: string }) {
  const isGood = status === "ok";
  return (
    <span class={`health ${isGood ? "good" : "bad"}`} title={`The server's health is: ${status}`}>
      <span aria-hidden="true">{isGood ? "●" : "▲"}</span> {status}
    </span>
  );
}
