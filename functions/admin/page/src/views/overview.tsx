/** What the queue does now, why, and the switches. */

import { useEffect, useState } from "preact/hooks";
import { api, ok, type Schema } from "../api.ts";
import { useLive, type Live } from "../live.ts";
import { queue } from "../queue.ts";
import { moment } from "../time.ts";
import { Answer, Waiting } from "../ui/loading.tsx";
import { ActivityCharts } from "./overview/activity.tsx";
import { BlockedLeads } from "./overview/blocked.tsx";
import { Counts } from "./overview/counts.tsx";
import { Forecast } from "./overview/forecast.tsx";
import { sentence } from "./overview/sentence.ts";
import { StopEverything, Switches } from "./overview/switches.tsx";
import { Warnings } from "./overview/warnings.tsx";
import "./overview.css";

/** How often every lead is looked at. The frame asks for the status more often. */
const SLOW_SECONDS = 60;
/** Counts by reason that are older are not used for the sentence. */
const FRESH_MS = 3 * SLOW_SECONDS * 1000;

type Status = Schema<"StatusAnswer">;

export function Overview() {
  const live = queue.value;
  if (!live) return <Waiting what="the status" />;
  // The other questions wait for the status, so that opening the page does not ask everything at once.
  return (
    <>
      {!live.data && live.problem && <div class="row end"><StopEverything onDone={live.refresh} /></div>}
      <Answer live={live} what="the status">{(answer) => <Shown answer={answer} live={live} />}</Answer>
    </>
  );
}

function Shown({ answer, live }: { answer: Status; live: Live<Status> }) {
  const blocked = useLive((signal) => ok(api.GET("/api/admin/redial-queue/blocked", { signal })), SLOW_SECONDS, []);
  const activity = useLive((signal) => ok(api.GET("/api/admin/redial-queue/activity", { signal })), SLOW_SECONDS, []);
  const done = () => {
    live.refresh();
    blocked.refresh();
  };
  const answered = !blocked.loading && !activity.loading;
  const [first, setFirst] = useState(false);
  useEffect(() => {
    if (answered) setFirst(true);
  }, [answered]);
  return (
    <>
      <Sentence answer={answer} at={live.at} blocked={blocked} />
      <Switches status={answer.status} onDone={done} />
      <Warnings answer={answer} blocked={blocked.data} />
      <Counts stats={answer.stats} blocked={blocked.data} />
      <BlockedLeads live={blocked} />
      <ActivityCharts live={activity} />
      {first && <Forecast round={blocked.at} />}
    </>
  );
}

function Sentence(props: { answer: Status; at: Date | undefined; blocked: Live<Schema<"BlockedAnswer">> }) {
  const { answer, at, blocked } = props;
  const now = useNow();
  // The clock of this device may be wrong, so only the time since the answer is taken from it.
  const passed = at ? Math.max(0, now - at.getTime()) : 0;
  const fresh = blocked.data && blocked.at && now - blocked.at.getTime() < FRESH_MS ? blocked.data : undefined;
  const { tone, head, rest } = sentence({ answer, blocked: fresh, now: Date.parse(answer.timestamp) + passed });
  return (
    <section class={`panel sentence ${tone}`} aria-label="What the queue does now">
      <p class="big">{head}</p>
      {rest.length > 0 && <ul>{rest.map((text) => <li key={text}>{text}</li>)}</ul>}
      <p class="quiet small">As of {moment(answer.timestamp)}. {answer.status.calls_today.toLocaleString("en-US")} calls today.</p>
    </section>
  );
}

/** The time, every few seconds while the tab can be seen. */
function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) setNow(Date.now());
    }, 5000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
