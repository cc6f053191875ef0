/** Words that may be a request to stop. A person reads them and decides. */

import { useRef, useState } from "preact/hooks";
import { api, ok } from "../api.ts";
import { useLive } from "../live.ts";
import { queue, REFRESH_SECONDS } from "../queue.ts";
import { mayWrite } from "../session.ts";
import { Answer } from "../ui/loading.tsx";
import { Empty, Notice } from "../ui/notice.tsx";
import { ReadOnly } from "../ui/read_only.tsx";
import { count } from "../words.ts";
import { Card } from "./review/card.tsx";
import { Decide, type Decision } from "./review/decide.tsx";
import { doubtId, type Doubt } from "./review/doubt.ts";
import "./review.css";

/** The most that the API gives at once. It sorts by the next attempt, so "the oldest" needs all of them. */
const MOST = 1000;
const PAGE = 20;

export function Review() {
  const live = useLive(
    (signal) => ok(api.GET("/api/admin/redial-queue/review", { params: { query: { limit: MOST } }, signal })),
    REFRESH_SECONDS,
    [],
  );
  const [decision, setDecision] = useState<Decision | undefined>();
  // What was decided is not shown again by an answer that was under way.
  const [decided, setDecided] = useState<ReadonlySet<string>>(new Set());
  const [page, setPage] = useState(0);
  const list = useRef<HTMLOListElement>(null);
  const focus = (index: number) => {
    const cards = list.current?.querySelectorAll<HTMLElement>(".doubt") ?? [];
    cards[Math.min(Math.max(index, 0), cards.length - 1)]?.focus();
  };
  const done = (doubt: Doubt, index: number) => {
    setDecided((old) => new Set(old).add(doubtId(doubt)));
    live.refresh();
    queue.value?.refresh();
    // After the card is gone, the next one has its place.
    setTimeout(() => focus(index));
  };
  return (
    <>
      <p>
        In these calls somebody may have asked us to stop. Nobody calls these numbers until you decide.
        {mayWrite.value && (
          <span class="keyboard"> On the keyboard: the arrow keys go from one to the next, <kbd>y</kbd> means “yes, they asked us to stop”, <kbd>c</kbd> means “no, calls may go on”.</span>
        )}
      </p>
      <ReadOnly />
      <Answer live={live} what="the possible do-not-calls">
        {(answer) => {
          const doubts = answer.reviews.filter((one) => !decided.has(doubtId(one))).sort((a, b) => Date.parse(a.since) - Date.parse(b.since));
          const last = Math.max(0, Math.ceil(doubts.length / PAGE) - 1);
          const at = Math.min(page, last);
          if (doubts.length === 0) {
            return (
              <Empty title="Nothing waits for you.">
                <p>When a person says something in a call that may mean “stop calling”, it comes here. You need not do anything now.</p>
              </Empty>
            );
          }
          return (
            <>
              <p role="status">{count(Math.max(answer.waiting - (answer.reviews.length - doubts.length), doubts.length), "lead")} to decide, the oldest first.</p>
              {answer.next_cursor && (
                <Notice tone="warn" title={`Only ${MOST.toLocaleString("en-US")} of them are here.`}>The others come when you have decided some.</Notice>
              )}
              <ol class="doubts" ref={list}>
                {doubts.slice(at * PAGE, (at + 1) * PAGE).map((doubt, index) => (
                  <Card
                    key={doubtId(doubt)}
                    doubt={doubt}
                    onDecide={(what) => setDecision({ doubt, what, done: () => done(doubt, index) })}
                    onMove={(by) => focus(index + by)}
                  />
                ))}
              </ol>
              {last > 0 && (
                <nav class="row" aria-label="Pages">
                  <button type="button" disabled={at === 0} onClick={() => setPage(at - 1)}>Previous page</button>
                  <span>Page {at + 1} of {last + 1}</span>
                  <button type="button" disabled={at === last} onClick={() => setPage(at + 1)}>Next page</button>
                </nav>
              )}
            </>
          );
        }}
      </Answer>
      {decision && <Decide decision={decision} onClose={() => setDecision(undefined)} />}
    </>
  );
}
