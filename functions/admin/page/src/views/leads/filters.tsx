/** The search field and the filters above the list. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Problem } from "../../api.ts";
import { place, placeCodes } from "../../places.ts";
import { complaint, Select, Text } from "../../ui/form.tsx";
import { gate, gateNames, phone, status } from "../../words.ts";
import { clearFilter, condition, type Filter, filter, isFiltered, type Order, order, setFilter, type Sort, sort, typed } from "./filter.ts";
import { readSearch, type SearchBy } from "./search.ts";

/** A pause in typing after which the search begins. */
const TYPING_MS = 400;

const STATUSES = ["pending", "rescheduled", "paused", "completed", "max_attempts", "unreadable"] as const;
const MORE = ["ready", "review", "gate", "outcome", "list", "state", "attempts"] as const;
const SORTS: readonly (readonly [Sort, string])[] = [
  ["next_dial", "Next call"], ["last_call", "Last call"], ["created", "When it came in"], ["attempts", "Attempts"],
];
const ORDERS: Record<Sort, readonly (readonly [Order, string])[]> = {
  next_dial: [["asc", "Earliest first"], ["desc", "Latest first"]],
  last_call: [["asc", "Earliest first, never called before all"], ["desc", "Latest first"]],
  created: [["asc", "Oldest first"], ["desc", "Newest first"]],
  attempts: [["asc", "Fewest first"], ["desc", "Most first"]],
};

const search = (by: SearchBy | undefined, value: string) =>
  setFilter({ phone: "", lead_id: "", q: "", ...(by && { [by]: value }) });

export function Filters(props: { problem: Problem | undefined }) {
  const { problem } = props;
  const chosen = filter.value;
  // Filters of another view are shown at once. A person opens and closes the rest.
  const [hasMore] = useState(() => MORE.some((name) => chosen[name] !== undefined));
  const set = (name: keyof Filter) => (value: string) => setFilter({ [name]: value });
  return (
    <form class="panel stack" role="search" aria-label="Leads" onSubmit={(event) => event.preventDefault()}>
      <div class="search-row">
        <SearchField problem={problem} />
        <Select label="Status" value={chosen.status ?? ""} onInput={set("status")} options={[["", "Every status"], ...STATUSES.map((one) => [one, status(one)] as const)]} />
        <Select label="Order by" value={sort.value} onInput={(value) => { sort.value = value as Sort; }} options={SORTS} />
        <Select label="Direction" value={order.value} onInput={(value) => { order.value = value as Order; }} options={ORDERS[sort.value]} />
      </div>
      <details class="filters" open={hasMore}>
        <summary>More filters</summary>
        <div class="fields">
          <Select label="May be called now" value={chosen.ready ?? ""} onInput={set("ready")} options={[["", "Does not matter"], ["true", "Yes, only these"]]} />
          <Select label="Possible do-not-call" value={chosen.review ?? ""} onInput={set("review")} options={[["", "Does not matter"], ["true", "Waits for a decision"]]} />
          <Select label="Held back by" value={chosen.gate ?? ""} onInput={set("gate")} options={[["", "Does not matter"], ...gateNames.map((one) => [one, gate(one)] as const)]} hint="The first check that is not passed" />
          <Later label="Last outcome" name="outcome" problem={problem} hint="NO_ANSWER, or several with commas" />
          <Later label="List" name="list" problem={problem} hint="The whole name of the list" />
          <Select label="State" value={chosen.state ?? ""} onInput={set("state")} options={[["", "Every state"], ...placeCodes.map((code) => [code, place(code)] as const)]} hint="Where the person may be" />
          <Later label="Attempts" name="attempts" problem={problem} hint="A number or a range: 2 or 2-5" />
        </div>
      </details>
      <Conditions />
    </form>
  );
}

function SearchField(props: { problem: Problem | undefined }) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const go = () => {
    clearTimeout(timer.current);
    const read = readSearch(typed.value);
    search(read?.by, read?.value ?? "");
  };
  const input = (value: string) => {
    typed.value = value;
    clearTimeout(timer.current);
    timer.current = setTimeout(go, value === "" ? 0 : TYPING_MS);
  };
  const error = complaint(props.problem, "phone") ?? complaint(props.problem, "lead_id") ?? complaint(props.problem, "q");
  const hint = "A phone number in any spelling, a whole lead id, or a part of a name. What you type decides which of them is searched.";
  return (
    <div class="search" onKeyDown={(event) => event.key === "Enter" && event.target instanceof HTMLInputElement && go()}>
      <Text label="Search leads" type="search" value={typed.value} onInput={input} hint={hint} error={error} />
      <Meaning />
    </div>
  );
}

/** What the text was taken for, and what else it may be. */
function Meaning() {
  const chosen = filter.value;
  const by = (["phone", "lead_id", "q"] as const).find((one) => chosen[one] !== undefined);
  const text = typed.value.trim();
  if (!by || text === "" || (chosen.phone && chosen.lead_id)) return null;
  const said = { phone: `Searched as the number ${phone(chosen.phone ?? "")}.`, lead_id: `Searched as the lead id ${chosen.lead_id}.`, q: `Searched in names, ids, numbers, lists, states and outcomes for “${chosen.q}”.` };
  return (
    <p class="row small" role="status">
      <span>{said[by]}</span>
      {by !== "lead_id" && /\d/.test(text) && <button type="button" class="link" onClick={() => search("lead_id", text)}>Search as a lead id</button>}
      {by !== "q" && <button type="button" class="link" onClick={() => search("q", text)}>Search everywhere</button>}
    </p>
  );
}

/** A text that becomes a filter when it is finished, not with each letter. */
function Later(props: { label: string; name: "outcome" | "list" | "attempts"; hint: string; problem: Problem | undefined }) {
  const applied = filter.value[props.name] ?? "";
  const [text, setText] = useState(applied);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => setText(applied), [applied]);
  const input = (value: string) => {
    setText(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setFilter({ [props.name]: value.trim() }), TYPING_MS);
  };
  return <Text label={props.label} value={text} onInput={input} hint={props.hint} error={complaint(props.problem, props.name)} />;
}

/** What the list is narrowed to. Each condition can be taken off. */
function Conditions() {
  if (!isFiltered.value) return null;
  const conditions = Object.entries(filter.value) as [keyof Filter, string][];
  const remove = (name: keyof Filter) => {
    setFilter({ [name]: "" });
    if (name === "phone" || name === "lead_id" || name === "q") typed.value = "";
  };
  return (
    <ul class="conditions row" aria-label="Active filters">
      {conditions.map(([name, value]) => {
        const words = condition(name, value);
        return <li key={name}><button type="button" aria-label={`Remove the filter ${words}`} onClick={() => remove(name)}>{words} ×</button></li>;
      })}
      <li><button type="button" class="link" onClick={clearFilter}>Remove all filters</button></li>
    </ul>
  );
}
