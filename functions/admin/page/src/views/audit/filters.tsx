/** What to look for in the ledger. */

import { useState } from "preact/hooks";
import { day } from "../../time.ts";
import { Select, Text } from "../../ui/form.tsx";
import type { Query } from "./ask.ts";
import { KINDS } from "./entry.ts";

const DAY_MS = 86_400_000;
/** The most days that one question may have. */
const MOST_DAYS = 31;

/** Everything of yesterday and today. The days of the ledger are those of UTC. */
export function firstQuery(): Query {
  return { from: day(Date.now() - DAY_MS), to: day(Date.now()), kind: "", by: "", phone: "" };
}

const EVERY_KIND = [["", "Everything"], ...KINDS] as const;

export function Filters(props: { onAsk: (query: Query) => void }) {
  const [query, setQuery] = useState(firstQuery);
  const [wrong, setWrong] = useState<string | undefined>();
  const change = (field: keyof Query) => (value: string) => setQuery((old) => ({ ...old, [field]: value }));
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const days = (Date.parse(query.to || day(Date.now())) - Date.parse(query.from || query.to || day(Date.now()))) / DAY_MS + 1;
    if (days < 1 || days > MOST_DAYS) {
      setWrong(days < 1 ? "The last day is before the first." : `Choose at most ${MOST_DAYS} days.`);
      return;
    }
    setWrong(undefined);
    props.onAsk({ ...query, by: query.by.trim(), phone: query.phone.trim() });
  };
  return (
    <form class="panel stack no-print" onSubmit={submit} aria-label="What to look for">
      <div class="audit-filters">
        <Text label="First day" type="date" value={query.from} onInput={change("from")} hint="Days begin at midnight UTC." />
        <Text label="Last day" type="date" value={query.to} onInput={change("to")} error={wrong} />
        <Select label="What happened" value={query.kind} options={EVERY_KIND} onInput={change("kind")} />
        <Text label="Who did it" value={query.by} onInput={change("by")} hint="The name of a key, run, or webhook." attributes={{ maxLength: 200, spellcheck: false }} />
        <Text label="Phone number" type="tel" value={query.phone} onInput={change("phone")} attributes={{ spellcheck: false }} />
      </div>
      <div class="row end"><button type="submit" class="primary">Show entries</button></div>
    </form>
  );
}
