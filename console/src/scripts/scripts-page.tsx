import { operation } from "../api/client.ts";
import type { ScriptRow } from "../api/types.ts";
import { lazy } from "../lazy.tsx";
import { useResource } from "../state/resource.ts";
import { hrefOf } from "../state/router.ts";
import { stage } from "../state/session.ts";
import { Empty, Problem } from "../ui/message.tsx";

const ScriptView = lazy(() => import("./script-view.tsx"), "ScriptView");

/** `#/scripts` lists them, `#/scripts/event/LAP` opens one, `#/scripts/event/LAP/27` at a line. */
export function ScriptsPage({ place }: { place: string[] }) {
  const { data, problem, reload } = useResource(() => operation<ScriptRow[]>("scripts list", stage.value), []);
  const [kind, name, line] = place;
  const script = kind !== undefined && name !== undefined ? `${kind}/${name}` : undefined;
  return (
    <div class="page split-page">
      <h1>Scripts</h1>
      <Problem text={problem} retry={reload} />
      <div class="split">
        <nav class="panel split-list" aria-label="Scripts">
          {data?.length === 0 && <p class="soft small split-none">The game has no scripts.</p>}
          {[...Map.groupBy(data ?? [], (row) => row.kind)].map(([title, rows]) => (
            <section key={title} aria-label={title}>
              <h2>{title}</h2>
              <ul>
                {rows.map((row) => (
                  <li key={row.script}>
                    <a
                      href={hrefOf("scripts", ...row.script.split("/"))}
                      aria-current={row.script === script ? "true" : undefined}
                      title={row.file}
                    >
                      {row.name}
                      {row.problem && (
                        <span class="badge bad" title={row.problem.message}>
                          ✕ broken
                        </span>
                      )}
                    </a>
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </nav>
        <section class="panel split-main" aria-label="Script">
          {script ? (
            <ScriptView key={script} script={script} line={Number(line) || undefined} saved={reload} />
          ) : (
            <Empty title="Choose a script.">
              <p class="soft">
                Scripts run when a client logs an event, before and after requests, and for messages. Saving one here
                writes its file in the game's folder; the next run uses it.
              </p>
            </Empty>
          )}
        </section>
      </div>
    </div>
  );
}
