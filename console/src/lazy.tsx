import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";

/** A component whose code is loaded when it is first shown. */
export function lazy<K extends string, P>(
  load: () => Promise<{ [key in K]: FunctionComponent<P> }>,
  name: K,
): FunctionComponent<P> {
  let loaded: FunctionComponent<P> | undefined;
  return function Lazy(props) {
    const [Component, setComponent] = useState<FunctionComponent<P> | undefined>(() => loaded);
    const [problem, setProblem] = useState("");
    useEffect(() => {
      if (loaded) return;
      load().then(
        (found) => {
          loaded = found[name];
          setComponent(() => loaded);
        },
        () =>
          setProblem("This part of the console could not be loaded. Check that the server is running, then reload."),
      );
    }, []);
    if (problem) return <p class="notice error">{problem}</p>;
    return Component ? (
      <Component {...(props as P & preact.JSX.IntrinsicAttributes)} />
    ) : (
      <div class="loading" aria-busy="true" />
    );
  };
}
