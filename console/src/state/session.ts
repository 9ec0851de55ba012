import { computed, signal } from "@preact/signals";
import { ApiError, get, onSignedOut, sentenceOf, signOut as signOutOfServer, start } from "../api/client.ts";
import type { Catalogue, Stage, Start } from "../api/types.ts";

export type SignInState = "unknown" | "out" | "in";

export const signInState = signal<SignInState>("unknown");
export const started = signal<Start | undefined>(undefined);
export const startProblem = signal<string | undefined>(undefined);
export const catalogue = signal<Catalogue | undefined>(undefined);
const chosenStage = signal<Stage | undefined>(undefined);

export const stage = computed<Stage>(() => chosenStage.value ?? started.value?.defaultStage ?? "preview");

/** Signing out elsewhere and the session's end show the sign-in page over whatever was open. */
onSignedOut.call = () => {
  signInState.value = "out";
};

/** One request; the catalogue follows for the pages that need it. */
export async function load(): Promise<void> {
  startProblem.value = undefined;
  try {
    started.value = await start();
    signInState.value = "in";
    catalogue.value ??= await get<Catalogue>("catalogue");
  } catch (error) {
    if (error instanceof ApiError && error.code === "UNAUTHENTICATED") return;
    startProblem.value = sentenceOf(error);
  }
}

/** After an import or a saved script: events and scripts may have changed. */
export async function reloadCatalogue(): Promise<void> {
  catalogue.value = await get<Catalogue>("catalogue");
}

export async function signOut(): Promise<void> {
  await signOutOfServer().catch(() => {});
  // Players that are connected in this page, and what they have received, end with the session.
  location.reload();
}

export function chooseStage(next: Stage): void {
  chosenStage.value = next;
}

/** Whether this admin may call the operation; pages without theirs are not in the rail. */
export function may(operation: string): boolean {
  return started.value?.operations.some(({ name }) => name === operation) ?? false;
}
