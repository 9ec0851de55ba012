import { availablePages } from "./pages.ts";
import { CommandField } from "./shell/command.tsx";
import { Rail } from "./shell/rail.tsx";
import { TopBar } from "./shell/top-bar.tsx";
import { SignInPage } from "./sign-in/sign-in-page.tsx";
import { place } from "./state/router.ts";
import { load, signInState, stage, startProblem } from "./state/session.ts";
import { Problem } from "./ui/message.tsx";

export function App() {
  if (signInState.value === "out") return <SignInPage />;
  if (signInState.value === "unknown") {
    return <main class="waiting">{startProblem.value && <Problem text={startProblem.value} retry={load} />}</main>;
  }
  const pages = availablePages();
  const [name, ...rest] = place.value;
  const page = pages.find((one) => one.name === name) ?? pages[0];
  if (!page) return null;
  const { component: Component } = page;
  return (
    <div class="shell">
      <button type="button" class="skip" onClick={focusMain}>
        Skip to the page
      </button>
      <TopBar />
      <Rail pages={pages} current={page.name} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <main id="main" tabIndex={0} key={`${page.name} ${stage.value}`}>
        {startProblem.value && <Problem text={startProblem.value} retry={load} />}
        <Component place={rest} />
      </main>
      <CommandField />
    </div>
  );
}

/** The place is in the hash, so a link to an element cannot use it. */
function focusMain(): void {
  document.getElementById("main")?.focus();
}
