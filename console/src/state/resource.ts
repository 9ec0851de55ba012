import { useEffect, useRef, useState } from "preact/hooks";
import { sentenceOf } from "../api/client.ts";

export interface Resource<T> {
  data: T | undefined;
  problem: string | undefined;
  isLoading: boolean;
  reload(): void;
}

/**
 * Loads when a dependency changes, and again on `reload`. The old data stays until the new arrives, so that the layout
 * does not jump; a late response of an earlier load is ignored.
 */
export function useResource<T>(load: () => Promise<T>, dependencies: readonly unknown[]): Resource<T> {
  const [state, setState] = useState<Omit<Resource<T>, "reload">>({
    data: undefined,
    problem: undefined,
    isLoading: true,
  });
  const latest = useRef(0);
  const run = (): void => {
    const mine = ++latest.current;
    setState((old) => ({ ...old, isLoading: true }));
    load().then(
      (data) => mine === latest.current && setState({ data, problem: undefined, isLoading: false }),
      (error) =>
        mine === latest.current && setState((old) => ({ ...old, problem: sentenceOf(error), isLoading: false })),
    );
  };
  useEffect(() => {
    run();
    return () => {
      latest.current++;
    };
  }, dependencies);
  return { ...state, reload: run };
}
