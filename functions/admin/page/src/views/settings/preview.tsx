/** What a change of settings would do, before it is stored. */

import type { Schema } from "../../api.ts";
import type { Command } from "../../live.ts";
import { hourOfDay } from "../../time.ts";
import { Confirm } from "../../ui/dialog.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Table } from "../../ui/table.tsx";
import { count } from "../../words.ts";
import { text } from "./value.ts";
import { type SettingName, type SwitchName, WORDS } from "./words.ts";

interface Props {
  config: Schema<"Config">;
  changed: Schema<"Config">;
  forecast: Schema<"ForecastChangeJson"> | null | undefined;
  command: Command;
  save: () => Promise<void>;
  onClose: () => void;
}

export function Preview(props: Props) {
  const names = Object.keys(props.changed) as Exclude<SettingName, SwitchName>[];
  const columns = [
    { head: "Setting", cell: (name: Exclude<SettingName, SwitchName>) => WORDS[name].label },
    { head: "Now", cell: (name: SettingName) => text(props.config[name]) || "nothing" },
    { head: "New", cell: (name: SettingName) => <strong>{text(props.changed[name]) || "nothing"}</strong> },
  ];
  return (
    <Confirm title="Change settings" action="Save the change" command={props.command} work={props.save} onClose={props.onClose}>
      <Table caption="Changed settings" columns={columns} rows={names} id={(name) => name} />
      {props.forecast && <Forecast change={props.forecast} />}
      <p class="quiet">The change counts from the next run on. You can undo it.</p>
    </Confirm>
  );
}

/** The dials that are expected before and after. */
function Forecast(props: { change: Schema<"ForecastChangeJson"> }) {
  const { before, after } = props.change;
  const more = after.total - before.total;
  const words = more === 0 ? "The number of dials stays the same" : `${count(Math.abs(more), "dial")} ${more > 0 ? "more" : "fewer"}`;
  const hours = before.hours.map((hour, index) => ({ from: hour.from, before: hour.dials, after: after.hours[index]?.dials ?? 0 }));
  const columns = [
    { head: "Hour", cell: (hour: (typeof hours)[number]) => hourOfDay(hour.from) },
    { head: "Dials now", cell: (hour: (typeof hours)[number]) => hour.before.toLocaleString("en-US"), number: true },
    { head: "Dials after", cell: (hour: (typeof hours)[number]) => hour.after.toLocaleString("en-US"), number: true },
  ];
  return (
    <section class="stack">
      <h3>Expected dials in the next 24 hours</h3>
      <Notice tone="plain" title={`${words}: ${after.total.toLocaleString("en-US")} instead of ${before.total.toLocaleString("en-US")}.`} />
      <details>
        <summary>What this assumes</summary>
        <ul>{[...after.assumptions, ...after.notes].map((one) => <li key={one}>{one}</li>)}</ul>
      </details>
      <details>
        <summary>Each hour</summary>
        <Table caption="Expected dials in each hour" columns={columns} rows={hours} id={(hour) => hour.from} />
      </details>
    </section>
  );
}
