/** Instants and spans for people. */

import { signal } from "@preact/signals";

/** The time zone of the business, as the settings say. */
export const businessZone = signal("UTC");

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format takes far longer than using it, and a list of leads has thousands of times. */
function format(name: string, options: Intl.DateTimeFormatOptions, locale = "en-US"): Intl.DateTimeFormat {
  let found = formats.get(name);
  if (!found) {
    found = new Intl.DateTimeFormat(locale, options);
    formats.set(name, found);
  }
  return found;
}

/** An entry of the ledger may have no time that can be read. It is shown all the same. */
function shown(format: Intl.DateTimeFormat, at: string | number | Date): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? "a time that cannot be read" : format.format(date);
}

/** "Nov 29, 2026, 3:05 PM CST". */
export function moment(at: string | number | Date, zone = businessZone.value): string {
  const options: Intl.DateTimeFormatOptions = {
    timeZone: zone, month: "short", day: "numeric", year: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "short",
  };
  return shown(format(`moment ${zone}`, options), at);
}

/** "3:05 PM CST". */
export function clock(at: string | number | Date, zone = businessZone.value): string {
  const options: Intl.DateTimeFormatOptions = { timeZone: zone, hour: "numeric", minute: "2-digit", timeZoneName: "short" };
  return shown(format(`clock ${zone}`, options), at);
}

/** "Sun 3 PM". */
export function hourOfDay(at: string | number | Date, zone = businessZone.value): string {
  return format(`hour ${zone}`, { timeZone: zone, weekday: "short", hour: "numeric" }).format(new Date(at));
}

/** The calendar day at an instant, as `YYYY-MM-DD`. */
export function day(at: string | number | Date, zone = "UTC"): string {
  const options: Intl.DateTimeFormatOptions = { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" };
  return format(`day ${zone}`, options, "en-CA").format(new Date(at));
}

/** "in 2 min", "3 h ago", "now". */
export function away(at: string | number | Date, now = Date.now()): string {
  const seconds = Math.round((new Date(at).getTime() - now) / 1000);
  const size = Math.abs(seconds);
  if (size < 5) return "now";
  const text = span(size);
  return seconds > 0 ? `in ${text}` : `${text} ago`;
}

/** "40 s", "2 min", "3 h 10 min", "4 days". */
export function span(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return `${Math.round(hours / 24)} days`;
}

/** What `<input type="datetime-local">` gives, read in a zone. Undefined if it is no time there. */
export function instantIn(local: string, zone: string): Date | undefined {
  const asUtc = Date.parse(`${local}Z`);
  if (Number.isNaN(asUtc)) return undefined;
  // The offset can differ on both sides of a change of the clocks, so it is looked up twice.
  let at = asUtc - offset(asUtc, zone);
  at = asUtc - offset(at, zone);
  return new Date(at);
}

/** What `<input type="datetime-local">` needs for an instant in a zone. */
export function localIn(at: Date, zone: string): string {
  return new Date(at.getTime() + offset(at.getTime(), zone)).toISOString().slice(0, 16);
}

/** How far a zone's clocks are ahead of UTC at an instant, in milliseconds. */
function offset(at: number, zone: string): number {
  const options: Intl.DateTimeFormatOptions = {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
  };
  const parts = Object.fromEntries(format(`parts ${zone}`, options).formatToParts(at).map((part) => [part.type, Number(part.value)]));
  const shown = Date.UTC(parts["year"]!, parts["month"]! - 1, parts["day"]!, parts["hour"]!, parts["minute"]!, parts["second"]!);
  return shown - Math.floor(at / 1000) * 1000;
}
