/** The rules in force on a map. Each state has a tile of the same size, so that small states can be seen and pressed. */

import { useEffect, useRef, useState } from "preact/hooks";
import { useCommand } from "../../live.ts";
import { moment } from "../../time.ts";
import { Progress } from "../../ui/loading.tsx";
import { Empty, Trouble } from "../../ui/notice.tsx";
import { checkAll, checksAt, forgetChecks } from "./checks.ts";
import { BY_NAME, PLACES } from "./places.ts";
import { PlaceDetail } from "./place_detail.tsx";
import { Tile } from "./tile.tsx";
import { TimeField, useTime } from "./time_field.tsx";
import type { Law } from "./verdict.tsx";

/** Below this the tiles would be too small to press, and they become a list. */
const WIDE = "(min-width: 48rem)";

function useWide(): boolean {
  const [wide, setWide] = useState(matchMedia(WIDE).matches);
  useEffect(() => {
    const media = matchMedia(WIDE);
    const changed = () => setWide(media.matches);
    media.addEventListener("change", changed);
    return () => media.removeEventListener("change", changed);
  }, []);
  return wide;
}

export function RulesMap({ law }: { law: Law }) {
  const time = useTime();
  const [chosen, setChosen] = useState<string | undefined>();
  const [, setHeard] = useState(0);
  const [turn, setTurn] = useState(0);
  const command = useCommand();
  const end = useRef<AbortController>(undefined);
  const wide = useWide();
  const { at } = time;
  const checks = at ? checksAt(at) : new Map<string, never>();
  // Questions about a time that nobody looks at any more are given up.
  useEffect(() => () => end.current?.abort(), [at]);
  const ask = (event: SubmitEvent) => {
    event.preventDefault();
    if (!at) return;
    if (checks.size === PLACES.length) {
      forgetChecks();
      setTurn((old) => old + 1);
    }
    const asking = new AbortController();
    end.current = asking;
    void command.run(async () => {
      try {
        await checkAll(PLACES.map((place) => place.letters), at, asking.signal, () => setHeard((old) => old + 1));
      } catch (error) {
        asking.abort();
        if (!(error instanceof DOMException && error.name === "AbortError")) throw error;
      }
    });
  };
  const open = [...checks.values()].filter((check) => check.calling_rules.allowed).length;
  const place = PLACES.find((one) => one.letters === chosen);
  const detail = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // On a small screen it is below the list, where nobody would see that it has changed.
    if (chosen && detail.current && detail.current.getBoundingClientRect().top > innerHeight / 2) detail.current.scrollIntoView();
  }, [chosen]);
  return (
    <section class="panel stack" aria-labelledby="map">
      <h2 id="map">Where may people be called?</h2>
      <form class="row bottom" onSubmit={ask}>
        <TimeField time={time} />
        <button type="button" onClick={time.now}>Now</button>
        <button type="submit" class="primary" disabled={command.busy || !at}>{checks.size === PLACES.length ? "Ask again" : "Show the map for this time"}</button>
      </form>
      {command.busy && <Progress label="States asked" done={checks.size} of={PLACES.length} />}
      <Trouble problem={command.problem} />
      {at && checks.size === PLACES.length && (
        <p role="status">On {moment(at)}, people may be called in {open} of {PLACES.length} states and territories.</p>
      )}
      <p class="quiet small">
        ✓ may be called · ✕ closed, with the time or day when it opens in the clock of the business · ⊘ closed, and time alone does not open it · ? not asked yet.
        Press a state for its rules.
      </p>
      <div class="map-and-place">
        <ul class={wide ? "tiles map" : "tiles"} aria-label="States and territories">
          {(wide ? PLACES : BY_NAME).map((one) => (
            <Tile key={one.letters} place={one} check={checks.get(one.letters)} chosen={one.letters === chosen} wide={wide} onChoose={() => setChosen(one.letters)} />
          ))}
        </ul>
        <div ref={detail}>
          {place && at ? (
            <PlaceDetail key={`${place.letters} ${at} ${turn}`} place={place} at={at} law={law} onAnswer={() => setHeard((old) => old + 1)} />
          ) : (
            <Empty title="Choose a state."><p>You see whether its people may be called at this time, why not, and every rule that counts there.</p></Empty>
          )}
        </div>
      </div>
    </section>
  );
}
