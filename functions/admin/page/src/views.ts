/** The views of the page. The address has the name of the view and nothing else, because it may be seen and stored. */

import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { Audit } from "./views/audit.tsx";
import { Leads } from "./views/leads.tsx";
import { Numbers } from "./views/numbers.tsx";
import { Overview } from "./views/overview.tsx";
import { Review } from "./views/review.tsx";
import { Rules } from "./views/rules.tsx";
import { Runs } from "./views/runs.tsx";
import { Settings } from "./views/settings.tsx";
import { Suppressions } from "./views/suppressions.tsx";

export interface View {
  /** In the address, after `#`. */
  name: string;
  title: string;
  /** Pressed after `g`. */
  letter: string;
  show: ComponentType;
}

export const VIEWS: readonly View[] = [
  { name: "overview", title: "Overview", letter: "o", show: Overview },
  { name: "leads", title: "Leads", letter: "l", show: Leads },
  { name: "numbers", title: "Numbers", letter: "n", show: Numbers },
  { name: "suppressions", title: "Do not call", letter: "d", show: Suppressions },
  { name: "review", title: "Review", letter: "r", show: Review },
  { name: "rules", title: "Rules", letter: "u", show: Rules },
  { name: "settings", title: "Settings", letter: "s", show: Settings },
  { name: "runs", title: "Runs", letter: "j", show: Runs },
  { name: "audit", title: "Audit", letter: "a", show: Audit },
];

const named = () => VIEWS.find((view) => `#${view.name}` === location.hash) ?? VIEWS[0]!;
export const current = signal(named());
addEventListener("hashchange", () => {
  current.value = named();
});
