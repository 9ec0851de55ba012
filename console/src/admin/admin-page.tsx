import type { OperationSummary } from "../api/types.ts";
import { hrefOf } from "../state/router.ts";
import { started } from "../state/session.ts";
import { Empty } from "../ui/message.tsx";
import { OperationView } from "./operation-view.tsx";

/** Operations that have a page of their own. */
const ELSEWHERE = new Set([
  "players",
  "collections",
  "log",
  "metrics",
  "configuration",
  "scripts",
  "accounts",
  "posts",
]);
const groupOf = ({ name }: OperationSummary): string => name.split(" ")[0] ?? name;

/** Keys, admins, the audit and all other operations that this admin may call, as the command line has them. */
export function AdminPage({ place }: { place: string[] }) {
  const name = place.join(" ");
  const operations = (started.value?.operations ?? []).filter((one) => !ELSEWHERE.has(groupOf(one)));
  const chosen = operations.find((one) => one.name === name);
  return (
    <div class="page split-page">
      <h1>Admin</h1>
      <div class="split">
        <nav class="panel split-list" aria-label="Operations">
          {[...Map.groupBy(operations, groupOf)].map(([group, members]) => (
            <section key={group} aria-label={group}>
              <h2>{group}</h2>
              <ul>
                {members.map((one) => (
                  <li key={one.name}>
                    <a
                      href={hrefOf("admin", ...one.name.split(" "))}
                      aria-current={one.name === name ? "true" : undefined}
                      title={one.summary}
                    >
                      {one.name.slice(group.length).trim() || one.name}
                    </a>
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </nav>
        <section class="panel split-main" aria-label="Operation">
          {chosen ? (
            <OperationView key={chosen.name} operation={chosen} />
          ) : (
            <Empty title="Choose an operation.">
              <p class="soft">
                The command line has the same ones: <code>rekindle keys list</code>, <code>rekindle audit</code>.
              </p>
            </Empty>
          )}
        </section>
      </div>
    </div>
  );
}
