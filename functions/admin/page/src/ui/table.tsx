/** Tables that scroll inside themselves on small screens. */

import type { ComponentChildren } from "preact";

export interface Column<Row> {
  head: string;
  cell: (row: Row) => ComponentChildren;
  /** Numbers stand at the right. */
  number?: boolean;
}

export function Table<Row>(props: {
  /** What the table shows, for those who do not see it. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  id: (row: Row) => string;
  /** Has many columns or long texts: on a small screen it is scrolled, and its words are not broken. */
  wide?: boolean;
}) {
  return (
    // A scrolled region must be reachable by keyboard.
    <div class="scroll" tabIndex={0} role="region" aria-label={props.caption}>
      <table class={props.wide ? "wide" : ""}>
        <caption class="unseen">{props.caption}</caption>
        <thead>
          <tr>{props.columns.map((column) => <th key={column.head} scope="col" class={column.number ? "number" : ""}>{column.head}</th>)}</tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr key={props.id(row)}>
              {props.columns.map((column) => <td key={column.head} class={column.number ? "number" : ""}>{column.cell(row)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
