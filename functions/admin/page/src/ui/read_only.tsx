/** What a view says to those whose key may not change anything. Its buttons are left out. */

import { mayWrite, operator } from "../session.ts";

export function ReadOnly() {
  return operator.value && !mayWrite.value ? <p class="quiet">Your key may only read.</p> : null;
}
