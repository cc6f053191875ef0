/** The leads of the filter. On a small screen each lead is a card. */

import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { showNumber } from "../../handover.ts";
import { phone, plain, status } from "../../words.ts";
import { Away } from "./away.tsx";
import type { LeadRecord, Page } from "./records.ts";
import { nameOf } from "./request.ts";
import { Why } from "./why.tsx";

const HEADS = ["Name", "Number", "Lead id", "Status", "Attempts", "Last call", "Next call", "Why it waits"] as const;

/** About how high a row is, for pages that the browser has not laid out yet. */
const ROW_REM = 5;

interface Props {
  pages: readonly Page[];
  /** The check that holds back every lead of the list. */
  heldBackBy: string | undefined;
  onOpen: (record: LeadRecord) => void;
}

// The rows are laid out as grids, so that the browser can skip the thousands that are out of sight. Some browsers then forget
// that they are rows, so the roles are written.
export function List(props: Props) {
  return (
    <table role="table" class="leads">
      <caption class="unseen">Leads</caption>
      <thead role="rowgroup">
        <tr role="row">{HEADS.map((head) => <th key={head} role="columnheader" scope="col">{head}</th>)}</tr>
      </thead>
      {props.pages.map((page) => <Rows key={page.id} page={page} heldBackBy={props.heldBackBy} onOpen={props.onOpen} />)}
    </table>
  );
}

/** One page. It is drawn again only if a lead of it has changed, so that a long list stays quick. */
function Rows(props: { page: Page; heldBackBy: string | undefined; onOpen: (record: LeadRecord) => void }) {
  const { page, heldBackBy, onOpen } = props;
  return useMemo(
    () => (
      <tbody role="rowgroup" style={{ containIntrinsicBlockSize: `auto ${page.records.length * ROW_REM}rem` }}>
        {page.records.map((record) => (
          <Row key={`${record.month} ${record.key}`} record={record} heldBackBy={heldBackBy} onOpen={onOpen} />
        ))}
      </tbody>
    ),
    [page, heldBackBy, onOpen],
  );
}

function Row(props: { record: LeadRecord; heldBackBy: string | undefined; onOpen: (record: LeadRecord) => void }) {
  const { record, heldBackBy, onOpen } = props;
  if (record.status === "unreadable") return <Unreadable record={record} />;
  return (
    <tr role="row">
      <Cell head="Name" kind="lead"><button type="button" class="link" onClick={() => onOpen(record)}>{nameOf(record)}</button></Cell>
      <Cell head="Number">
        <button type="button" class="link" title="Show everything about this number" onClick={() => showNumber(record.phone_number)}>{phone(record.phone_number)}</button>
      </Cell>
      <Cell head="Lead id">{record.lead_id}</Cell>
      <Cell head="Status">{status(record.status)}</Cell>
      <Cell head="Attempts">{record.attempts}</Cell>
      <Cell head="Last call">
        {record.last_outcome ? plain(record.last_outcome) : "Not called yet"}
        {record.last_call_iso && <><br /><Away at={record.last_call_iso} /></>}
      </Cell>
      <Cell head="Next call"><NextCall record={record} /></Cell>
      <Cell head="Why it waits" kind="why"><Why record={record} heldBackBy={heldBackBy} /></Cell>
    </tr>
  );
}

function Cell(props: { head: (typeof HEADS)[number]; kind?: "lead" | "why"; children: ComponentChildren }) {
  return <td role="cell" data-head={props.head} class={props.kind ?? ""}><div>{props.children}</div></td>;
}

function NextCall(props: { record: LeadRecord }) {
  const { status: state, next_redial_iso: next, minutes_until_next_redial: minutes, is_ready: ready } = props.record;
  if (state === "completed" || state === "max_attempts") return <>None</>;
  if (state === "paused") return <>None while it is paused</>;
  if (ready) return <>Now</>;
  return minutes > 0 ? <Away at={next} /> : <>Due since <Away at={next} /></>;
}

/** A record that cannot be understood has its key and the reason, and nothing else. */
function Unreadable(props: { record: LeadRecord }) {
  const { key, month } = props.record;
  const reason = (props.record as LeadRecord & { reason?: string }).reason ?? "";
  return (
    <tr role="row" class="unreadable">
      <td role="cell" data-head="Record">{key} of {month}: {status("unreadable")}. {reason} It is kept, and not called.</td>
    </tr>
  );
}
