/** One state on the map. */

import { businessZone, clock, moment } from "../../time.ts";
import type { Place } from "./places.ts";
import type { Check } from "./words.ts";

const DAY_MS = 86_400_000;

interface State {
  name: "open" | "closed" | "shut" | "unknown";
  words: string;
  /** The same, or when it opens, as short as a tile needs it. */
  short: string;
}

function stateOf(check: Check | undefined): State {
  if (!check) return { name: "unknown", words: "not known: the rules of the queue do not have it", short: "?" };
  if (check.calling_rules.allowed) return { name: "open", words: "open", short: "open" };
  const opens = check.next_allowed_at;
  if (!opens) return { name: "shut", words: "closed, and time alone does not open it", short: "closed" };
  return { name: "closed", words: `closed until ${moment(opens)}`, short: shortly(opens, check.at) };
}

/** "9 AM" within a day, else "Mon", else "Dec 3". */
function shortly(opens: string, at: string): string {
  const days = (Date.parse(opens) - Date.parse(at)) / DAY_MS;
  const timeZone = businessZone.value;
  // "9:00 AM CST" without the minutes of a full hour, and without the zone, which the legend names.
  if (days < 1) return clock(opens).replace(/ [A-Z0-9+:-]+$/, "").replace(":00", "");
  const options: Intl.DateTimeFormatOptions = days < 7 ? { weekday: "short" } : { month: "short", day: "numeric" };
  return new Date(opens).toLocaleDateString("en-US", { timeZone, ...options });
}

export function Tile(props: { place: Place; check: Check | undefined; chosen: boolean; wide: boolean; onChoose: () => void }) {
  const { place, check, chosen, wide, onChoose } = props;
  const state = stateOf(check);
  return (
    <li style={wide ? { gridRow: place.row, gridColumn: place.column } : {}}>
      <button type="button" class={`tile ${state.name}`} aria-pressed={chosen} onClick={onChoose}>
        <strong>{wide ? place.letters : place.name}</strong>{" "}
        <span aria-hidden="true">{state.short}</span>{" "}
        <span class="unseen">{wide && place.name} {state.words}</span>
      </button>
    </li>
  );
}
