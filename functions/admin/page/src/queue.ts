/** What the queue says of itself. The frame asks, and every view reads it here. */

import { signal } from "@preact/signals";
import type { Schema } from "./api.ts";
import type { Live } from "./live.ts";
import { atSignOut } from "./session.ts";
import { businessZone } from "./time.ts";

/** How often counts are asked for while the tab can be seen. */
export const REFRESH_SECONDS = 15;

export const queue = signal<Live<Schema<"StatusAnswer">> | undefined>(undefined);
/** The settings, as they were read last. */
export const settings = signal<Schema<"Config"> | undefined>(undefined);

export function learnSettings(config: Schema<"Config">): void {
  settings.value = config;
  if (config.business_timezone) businessZone.value = config.business_timezone;
}

atSignOut(() => {
  queue.value = undefined;
  settings.value = undefined;
});
