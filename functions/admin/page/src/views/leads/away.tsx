/** Times that say how far away they are, and stay right while they are shown. */

import { signal } from "@preact/signals";
import { away, businessZone, clock, day, moment } from "../../time.ts";

/** The present, moved on twice a minute. Only the texts that depend on it are drawn again. */
const present = signal(Date.now());
setInterval(() => {
  if (!document.hidden) present.value = Date.now();
}, 30_000);

/** "in 2 h, 3:05 PM CST", and with the date on another day. */
export function Away(props: { at: string | number }) {
  const now = Math.max(present.value, Date.now());
  const zone = businessZone.value;
  const words = day(props.at, zone) === day(now, zone) ? clock(props.at, zone) : moment(props.at, zone);
  return <>{away(props.at, now)}, <span class="quiet">{words}</span></>;
}
