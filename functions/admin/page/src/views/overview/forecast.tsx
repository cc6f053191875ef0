/** Whom the runs of the next 24 hours will dial. */

import { useEffect, useMemo } from "preact/hooks";
import { api, ok, type Schema } from "../../api.ts";
import { useLive } from "../../live.ts";
import { clock, hourOfDay } from "../../time.ts";
import { BarChart } from "../../ui/chart.tsx";
import { Answer } from "../../ui/loading.tsx";
import { Table, type Column } from "../../ui/table.tsx";
import { count, gate, plain, stopped } from "../../words.ts";

/** How old a forecast may become. It reads every lead, so it is asked for seldom. */
const OLD_MS = 600_000;
/** How long after the other answers it is asked for, so that one refresh of the page has few requests. */
const LATER_MS = 30_000;

type Hour = Schema<"ForecastHourJson">;

const HOURS: readonly Column<Hour>[] = [
  { head: "Hour from", cell: (hour) => clock(hour.from) },
  { head: "Dials", number: true, cell: (hour) => hour.dials.toLocaleString("en-US") },
  { head: "Due and not reached", number: true, cell: (hour) => hour.left.toLocaleString("en-US") },
  { head: "Why runs stop early", cell: (hour) => hour.limited_by.map((stop) => stopped(stop)?.[0] ?? plain(stop)).join("; ") },
  { head: "Held back, times", cell: (hour) => hour.held_back.map((held) => `${gate(held.gate)}: ${held.count.toLocaleString("en-US")}`).join(", ") },
];

/** `round` is the time of the newest answer about what holds leads back. */
export function Forecast(props: { round: Date | undefined }) {
  const live = useLive((signal) => ok(api.GET("/api/admin/redial-queue/forecast", { signal })), 0, []);
  const { at, loading, refresh } = live;
  useEffect(() => {
    if (loading || !at || Date.now() - at.getTime() < OLD_MS) return;
    const timer = setTimeout(() => {
      if (!document.hidden) refresh();
    }, LATER_MS);
    return () => clearTimeout(timer);
  }, [props.round]);
  return (
    <section class="panel stack" aria-labelledby="forecast">
      <div class="row spread">
        <h2 id="forecast">The next 24 hours</h2>
        <button type="button" disabled={loading} onClick={refresh}>{loading ? "Calculating …" : "Calculate the forecast again"}</button>
      </div>
      {loading && <progress class="forecast-late" aria-label="Calculating the forecast" />}
      <Answer live={live} what="the forecast, which may take some seconds">
        {(forecast) => <Shown forecast={forecast} at={at} />}
      </Answer>
    </section>
  );
}

function Shown({ forecast, at }: { forecast: Schema<"ForecastAnswer">; at: Date | undefined }) {
  const { hours, total, first_run, notes, assumptions } = forecast;
  const labels = useMemo(() => hours.map((hour) => hourOfDay(hour.from)), [hours]);
  const series = useMemo(() => [{ name: "Expected dials", values: hours.map((hour) => hour.dials) }] as const, [hours]);
  return (
    <>
      <p>
        {count(total, "dial")} {total === 1 ? "is" : "are"} expected. A run that begins now would make {first_run.toLocaleString("en-US")} of them.
        {at && <span class="quiet"> Calculated at {clock(at)}.</span>}
      </p>
      {notes.length > 0 && <ul>{notes.map((note) => <li key={note}>{note}</li>)}</ul>}
      <BarChart title="Expected dials by hour" labels={labels} series={series}>
        <Table caption="Expected dials by hour, as numbers" columns={HOURS} rows={hours} id={(hour) => hour.from} />
      </BarChart>
      <details>
        <summary>What the forecast assumes</summary>
        <ul>{assumptions.map((text) => <li key={text}>{text}</li>)}</ul>
      </details>
    </>
  );
}
