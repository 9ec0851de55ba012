import { useState } from "preact/hooks";
import { ApiError, sentenceOf, signIn } from "../api/client.ts";
import { load } from "../state/session.ts";
import { focusAtOnce } from "../ui/focus.ts";
import { Problem } from "../ui/message.tsx";

/** Name and password, then the code if the admin has a second factor. */
export function SignInPage() {
  const [needsCode, setNeedsCode] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const code = String(fields.get("code") ?? "").trim();
    setBusy(true);
    setProblem(undefined);
    try {
      const name = String(fields.get("name") ?? "");
      const password = String(fields.get("password") ?? "");
      await signIn({ name, password, ...(code !== "" && { code }) });
      await load();
    } catch (error) {
      if (error instanceof ApiError && error.code === "CODE_REQUIRED" && !needsCode) setNeedsCode(true);
      else setProblem(sentenceOf(error));
      setBusy(false);
    }
  };

  return (
    <main class="sign-in">
      <form class="panel stack" onSubmit={submit}>
        <h1 class="row">
          <img src="/console/icon.svg" alt="" width="24" height="24" /> Rekindle console
        </h1>
        <div class="field">
          <label for="name">Name</label>
          <input id="name" name="name" class="input" autoComplete="username" required ref={focusAtOnce} />
        </div>
        <div class="field">
          <label for="password">Password</label>
          <input id="password" name="password" type="password" class="input" autoComplete="current-password" required />
        </div>
        {needsCode && (
          <div class="field">
            <label for="code">Code of your authenticator app</label>
            <input
              id="code"
              name="code"
              class="input"
              inputMode="numeric"
              autoComplete="one-time-code"
              ref={focusAtOnce}
            />
          </div>
        )}
        <Problem text={problem} />
        <button type="submit" class="button primary" disabled={isBusy}>
          {isBusy ? "Signing in…" : "Sign in"}
        </button>
        <p class="soft small">
          The first start prints a name and a password. Create others with <code>rekindle admins create</code>.
        </p>
      </form>
    </main>
  );
}
