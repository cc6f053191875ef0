/** What was dialed in the last 24 hours, and what came of it. */

import { useMemo } from "preact/hooks";
import type { Schema } from "../../api.ts";
import type { Live } from "../../live.ts";
import { hourOfDay, span } from "../../time.ts";
import { BarChart } from "../../ui/chart.tsx";
import { Answer } from "../../ui/loading.tsx";
import { Empty } from "../../ui/notice.tsx";
import { Table, type Column } from "../../ui/table.tsx";
import { count, plain } from "../../words.ts";

type Activity = Schema<"ActivityAnswer">;
type Hour = Activity["hours"][number];
type Conversion = Activity["conversion"][number];

const resultsOf = ({ results }: { results: Record<string, number> }) => Object.values(results).reduce((sum, number) => sum + number, 0);
const whole = (number: number) => number.toLocaleString("en-US");
const share = (part: number, all: number) => (all === 0 ? "–" : `${((100 * part) / all).toFixed(1)} %`);

const HOURS: readonly Column<Hour>[] = [
  { head: "Hour", cell: (hour) => hourOfDay(hour.start) },
  { head: "Dials", number: true, cell: (hour) => whole(hour.dials) },
  { head: "Results", number: true, cell: (hour) => whole(resultsOf(hour)) },
  { head: "Transferred", number: true, cell: (hour) => whole(hour.transferred) },
  { head: "Sold", number: true, cell: (hour) => whole(hour.sold) },
  { head: "Results by outcome", cell: (hour) => Object.entries(hour.results).map(([outcome, number]) => `${plain(outcome)}: ${whole(number)}`).join(", ") },
];

const ATTEMPTS: readonly Column<Conversion>[] = [
  { head: "Call number", number: true, cell: (row) => row.attempt },
  { head: "Dials", number: true, cell: (row) => whole(row.dials) },
  { head: "Results", number: true, cell: (row) => whole(row.results) },
  { head: "Transferred", number: true, cell: (row) => whole(row.transferred) },
  { head: "Sold", number: true, cell: (row) => whole(row.sold) },
  { head: "Success", number: true, cell: (row) => share(row.transferred + row.sold, row.results) },
];

const OUTCOMES: readonly Column<[outcome: string, number: number]>[] = [
  { head: "Outcome", cell: ([outcome]) => plain(outcome) },
  { head: "Results", number: true, cell: ([, number]) => whole(number) },
];

export function ActivityCharts(props: { live: Live<Activity> }) {
  return (
    <section class="panel stack" aria-labelledby="activity">
      <h2 id="activity">The last 24 hours</h2>
      <Answer live={props.live} what="what was dialed">{(activity) => <Shown activity={activity} />}</Answer>
    </section>
  );
}

function Shown({ activity }: { activity: Activity }) {
  const { hours, total, conversion, due_to_dial: lag } = activity;
  const labels = useMemo(() => hours.map((hour) => hourOfDay(hour.start)), [hours]);
  const dialed = useMemo(
    () => [{ name: "Dials", values: hours.map((hour) => hour.dials) }, { name: "Results", values: hours.map(resultsOf) }] as const,
    [hours],
  );
  const won = useMemo(
    () => [{ name: "Transferred", values: hours.map((hour) => hour.transferred) }, { name: "Sold", values: hours.map((hour) => hour.sold) }] as const,
    [hours],
  );
  const outcomes = Object.entries(total.results).sort(([, a], [, b]) => b - a);
  const unread = activity.unread_ledger + activity.unread_objects + activity.unreadable_records;
  return (
    <>
      {unread > 0 && <p class="error">Some of it cannot be read, so the numbers are too low. The warnings above say what to do.</p>}
      <div class="columns">
        <BarChart title="Dials and results by hour" labels={labels} series={dialed}>
          <Table caption="Dials and results by hour, as numbers" columns={HOURS} rows={hours} id={(hour) => hour.start} />
        </BarChart>
        <BarChart title="Transferred and sold by hour" labels={labels} series={won}>
          <Table caption="Transferred and sold by hour, as numbers" columns={HOURS} rows={hours} id={(hour) => hour.start} />
        </BarChart>
      </div>
      <p class="quiet small">
        Dials are calls that the queue made. Results are also those of agents and of people who called.
        {lag && ` Leads were dialed ${span(lag.p50_seconds)} after they were due in the median, and ${span(lag.p90_seconds)} or less for nine of ten. Closed hours are in this time.`}
      </p>
      <div class="columns activity-tables">
        <section class="stack">
          <h3>Results by outcome</h3>
          {outcomes.length > 0 ? <Table caption="Results by outcome" columns={OUTCOMES} rows={outcomes} id={([outcome]) => outcome} /> : <Empty title="No call has ended in these hours." />}
        </section>
        <section class="stack">
          <h3>Conversion by call number</h3>
          <p class="quiet small">Success is the share of results that are transferred or sold.</p>
          {conversion.length > 0
            ? <Table caption="Conversion by call number" columns={ATTEMPTS} rows={conversion} id={(row) => String(row.attempt)} />
            : <Empty title="Nobody was dialed in these hours." />}
        </section>
        <Callbacks callbacks={activity.callbacks} />
      </div>
    </>
  );
}

function Callbacks({ callbacks }: { callbacks: Activity["callbacks"] }) {
  const rows: [words: string, number: number][] = [
    ["Called within 15 minutes", callbacks.kept_in_time],
    ["Called later", callbacks.kept_late],
    ["Not called yet, and not 15 minutes late", callbacks.not_yet],
    ["Missed: the lead still waits", callbacks.missed],
    ["Not needed any more", callbacks.withdrawn],
  ];
  return (
    <section class="stack">
      <h3>Callbacks</h3>
      {callbacks.promised === 0 ? <Empty title="No callback was due in these hours." /> : (
        <>
          <p>{count(callbacks.promised, "callback")} {callbacks.promised === 1 ? "was" : "were"} due.</p>
          <Table
            caption="What came of callbacks"
            columns={[{ head: "What came of it", cell: ([words]) => words }, { head: "Callbacks", number: true, cell: ([, number]) => whole(number) }]}
            rows={rows}
            id={([words]) => words}
          />
        </>
      )}
    </section>
  );
}
