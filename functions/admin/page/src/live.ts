/** Questions that are asked again and again, and commands that are given once. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "./api.ts";

export interface Live<Data> {
  /** The newest answer. It stays while a newer one is awaited, and when that fails. */
  data: Data | undefined;
  /** Why the newest question got no answer. */
  problem: Problem | undefined;
  loading: boolean;
  /** When {@link data} came. */
  at: Date | undefined;
  refresh: () => void;
}

const isAbort = (error: unknown) => error instanceof DOMException && error.name === "AbortError";

/** Turns whatever was thrown into something that can be shown. */
export function problemOf(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(-1, "The page has made a mistake. Load it again.");
}

/**
 * Asks at once, and again every so many seconds while the tab can be seen. `seconds` of 0 asks once.
 * `parts` are what the question depends on: when one changes, the old answer is forgotten.
 */
export function useLive<Data>(ask: (signal: AbortSignal) => Promise<Data>, seconds: number, parts: unknown[]): Live<Data> {
  const [state, setState] = useState<{ data?: Data; problem?: Problem; loading: boolean; at?: Date }>({ loading: true });
  const [turn, setTurn] = useState(0);
  const question = useRef(ask);
  question.current = ask;

  useEffect(() => setState({ loading: true }), parts);
  useEffect(() => {
    const end = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let due = 0;
    const round = async () => {
      clearTimeout(timer);
      due = Number.POSITIVE_INFINITY;
      setState((old) => ({ ...old, loading: true }));
      try {
        const data = await question.current(end.signal);
        if (!end.signal.aborted) setState({ data, loading: false, at: new Date() });
      } catch (error) {
        if (end.signal.aborted) return;
        setState(({ problem: _, ...old }) => ({ ...old, loading: false, problem: problemOf(error) }));
      }
      if (seconds > 0 && !end.signal.aborted) {
        due = Date.now() + seconds * 1000;
        if (!document.hidden) timer = setTimeout(() => void round(), seconds * 1000);
      }
    };
    const seen = () => {
      clearTimeout(timer);
      if (!document.hidden && due !== Number.POSITIVE_INFINITY) {
        timer = setTimeout(() => void round(), Math.max(0, due - Date.now()));
      }
    };
    document.addEventListener("visibilitychange", seen);
    if (document.hidden) due = Date.now();
    else void round();
    return () => {
      end.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", seen);
    };
  }, [seconds, turn, ...parts]);

  const refresh = useCallback(() => setTurn((old) => old + 1), []);
  return { data: state.data, problem: state.problem, loading: state.loading, at: state.at, refresh };
}

/** How often somebody looks at work that runs go on with. */
const LOOK_SECONDS = 2;

/** Asks how far some work is until it is over, and then says so once. `parts` are as in {@link useLive}. */
export function useProgress<Data extends { state: string }>(
  ask: (signal: AbortSignal) => Promise<Data>,
  parts: unknown[],
  onOver: () => void,
): Live<Data> {
  const [isOver, setOver] = useState(false);
  const live = useLive(ask, isOver ? 0 : LOOK_SECONDS, parts);
  const over = live.data !== undefined && live.data.state !== "running";
  useEffect(() => {
    setOver(over);
    if (over) onOver();
  }, [over]);
  return live;
}

export interface Command {
  busy: boolean;
  problem: Problem | undefined;
  /** Does it, unless it is being done. Resolves to true if it succeeded. */
  run: (work: () => Promise<void>) => Promise<boolean>;
  forget: () => void;
}

/** One thing that a person does at a time. */
export function useCommand(): Command {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | undefined>();
  const working = useRef(false);
  const run = useCallback(async (work: () => Promise<void>) => {
    if (working.current) return false;
    working.current = true;
    setBusy(true);
    setProblem(undefined);
    try {
      await work();
      return true;
    } catch (error) {
      if (isAbort(error)) return false;
      setProblem(problemOf(error));
      return false;
    } finally {
      working.current = false;
      setBusy(false);
    }
  }, []);
  return { busy, problem, run, forget: useCallback(() => setProblem(undefined), []) };
}
