/** The rules in force on a map. Each state has a tile of the same size, so that small states can be seen and pressed. */

import { useEffect, useRef, useState } from "preact/hooks";
import { api, ok } from "../../api.ts";
import { useLive } from "../../live.ts";
import { moment } from "../../time.ts";
import { Answer } from "../../ui/loading.tsx";
import { Empty } from "../../ui/notice.tsx";
import { BY_NAME, PLACES } from "./places.ts";
import { PlaceDetail } from "./place_detail.tsx";
import { Tile } from "./tile.tsx";
import { TimeField, useTime } from "./time_field.tsx";
import type { Law } from "./verdict.tsx";
import type { Check } from "./words.ts";

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
  const wide = useWide();
  const { at } = time;
  const live = useLive(async (signal) => (at ? checksAt(at, signal) : new Map<string, Check>()), 0, [at]);
  const place = PLACES.find((one) => one.letters === chosen);
  const detail = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // On a small screen it is below the list, where nobody would see that it has changed.
    if (chosen && detail.current && detail.current.getBoundingClientRect().top > innerHeight / 2) detail.current.scrollIntoView();
  }, [chosen]);
  return (
    <section class="panel stack" aria-labelledby="map">
      <h2 id="map">Where do the rules allow calls?</h2>
      <div class="row bottom">
        <TimeField time={time} />
        <button type="button" onClick={time.now}>Now</button>
      </div>
      <Answer live={live} what="the map">
        {(checks) => (
          <>
            {at && <p role="status">On {moment(at)}, the calling rules allow calls in {openIn(checks)} of {checks.size} states and territories.</p>}
            <p class="quiet small">
              open: the rules allow calls. A time or a day: closed until then, on the clock of the business. closed: time alone does not open it.
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
                  <PlaceDetail place={place} at={at} check={checks.get(place.letters)} law={law} />
                ) : (
                  <Empty title="Choose a state."><p>You see whether its people may be called at this time, why not, and every rule that counts there.</p></Empty>
                )}
              </div>
            </div>
          </>
        )}
      </Answer>
    </section>
  );
}

/** What the rules say of each place at a time, by its letters. */
async function checksAt(at: string, signal: AbortSignal): Promise<ReadonlyMap<string, Check>> {
  const map = await ok(api.GET("/api/admin/redial-queue/rules/map", { params: { query: { at } }, signal }));
  return new Map(map.jurisdictions.map((one) => [one.jurisdiction, { ...one, at: map.at }]));
}

const openIn = (checks: ReadonlyMap<string, Check>) => [...checks.values()].filter((check) => check.calling_rules.allowed).length;
