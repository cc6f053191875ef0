/** The frame around the views. */

import { useCallback, useEffect, useErrorBoundary, useState } from "preact/hooks";
import { api, ok } from "./api.ts";
import { Help, useShortcuts } from "./keys.tsx";
import { useLive } from "./live.ts";
import { learnSettings, queue, REFRESH_SECONDS } from "./queue.ts";
import { key, mayWrite, operator, signOut } from "./session.ts";
import { SignIn } from "./sign_in.tsx";
import { clock } from "./time.ts";
import { Badge, Notice } from "./ui/notice.tsx";
import { Toasts } from "./ui/toast.tsx";
import { current, type View, VIEWS } from "./views.ts";

export function App() {
  return key.value === null ? <SignIn /> : <Frame />;
}

function Frame() {
  const [help, setHelp] = useState(false);
  useShortcuts(useCallback(() => setHelp(true), []));
  // Until the settings are known, times are those of UTC and not of the business.
  const [unknown, setUnknown] = useState(false);
  const config = useLive((signal) => ok(api.GET("/api/admin/redial-queue/config", { signal })), unknown ? REFRESH_SECONDS : 0, []);
  useEffect(() => {
    if (config.data) learnSettings(config.data.config);
    setUnknown(!config.data && config.problem !== undefined);
  }, [config.data, config.problem]);
  const live = useLive((signal) => ok(api.GET("/api/admin/redial-queue/status", { signal })), REFRESH_SECONDS, []);
  useEffect(() => {
    queue.value = live;
    if (live.data) operator.value = live.data.operator;
  }, [live.data, live.problem, live.loading]);
  const view = current.value;
  useEffect(() => {
    document.title = `${view.title} – Redial Queue`;
  }, [view]);
  return (
    <div class="frame">
      <button type="button" class="skip" onClick={() => document.getElementById("main")?.focus()}>Skip to the content</button>
      <header class="top">
        <strong>Redial Queue</strong>
        <State />
        <nav aria-label="Views">
          {VIEWS.map((one) => (
            <a key={one.name} href={`#${one.name}`} aria-current={one === view ? "page" : undefined}>{one.title}</a>
          ))}
        </nav>
        <div class="row">
          {operator.value && <span class="quiet">{operator.value.name}{!mayWrite.value && " (read only)"}</span>}
          <button type="button" class="plain" aria-label="Keyboard shortcuts" onClick={() => setHelp(true)}>?</button>
          <button type="button" onClick={() => signOut()}>Sign out</button>
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        <h1>{view.title}</h1>
        <Guarded key={view.name} view={view} />
      </main>
      <Toasts />
      {help && <Help onClose={() => setHelp(false)} />}
    </div>
  );
}

/** A view. If it fails, for example at an entry of a newer release, the other views can still stop everything. */
function Guarded({ view }: { view: View }) {
  const [error, reset] = useErrorBoundary((found) => console.error(found));
  if (!error) return <view.show />;
  return (
    <Notice tone="bad" title="This view cannot be shown." action={<button type="button" onClick={reset}>Try again</button>}>
      The other views work. If it comes back, load the page again, and tell whoever runs the queue.
    </Notice>
  );
}

/** Whether it dials, on every view. */
function State() {
  const live = queue.value;
  if (!live?.data) return null;
  // What is shown elsewhere may be old.
  if (live.problem) return <Badge tone="warn">No answer{live.at && ` since ${clock(live.at)}`}</Badge>;
  const { status, stats } = live.data;
  if (!status.enabled) return <Badge tone="bad">Redialing is off</Badge>;
  if (!status.running) return <Badge tone="bad">Dialing is stopped</Badge>;
  if (status.breaker.state !== "closed") return <Badge tone="warn">The provider fails</Badge>;
  if (!status.business_hours_open && !status.calling_hours_ignored) return <Badge tone="plain">The business is closed</Badge>;
  if (stats.dividing.length > 0) return <Badge tone="warn">A month is being divided</Badge>;
  if (typeof status.max_calls_per_day === "number" && status.calls_today >= status.max_calls_per_day) return <Badge tone="warn">The calls of the day are used up</Badge>;
  return <Badge tone="good">Dialing</Badge>;
}
