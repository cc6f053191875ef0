/** The keyboard. */

import { useEffect } from "preact/hooks";
import { Dialog } from "./ui/dialog.tsx";
import { VIEWS } from "./views.ts";

/** How long the second key of a pair may take. */
const PAIR_MS = 1500;

/** When `g` was pressed, in milliseconds. Here, because the frame may be drawn again before the second key. */
let began = 0;

/** `g` and a letter opens a view, `/` goes to the search, `?` shows the help. */
export function useShortcuts(help: () => void): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const at = event.target;
      const typing = at instanceof HTMLElement && at.closest("input, textarea, select, dialog");
      if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
      const paired = Date.now() - began < PAIR_MS;
      began = 0;
      if (event.key === "g") {
        began = Date.now();
      } else if (event.key === "?") {
        help();
      } else if (event.key === "/") {
        const search = document.querySelector<HTMLInputElement>("input[type=search]");
        if (!search) return;
        event.preventDefault();
        search.focus();
      } else if (paired) {
        const view = VIEWS.find((one) => one.letter === event.key);
        if (view) location.hash = view.name;
      }
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [help]);
}

export function Help(props: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard" onClose={props.onClose}>
      <dl class="keys">
        {VIEWS.map((view) => (
          <div key={view.name}>
            <dt><kbd>g</kbd> <kbd>{view.letter}</kbd></dt>
            <dd>{view.title}</dd>
          </div>
        ))}
        <div>
          <dt><kbd>/</kbd></dt>
          <dd>Search</dd>
        </div>
        <div>
          <dt><kbd>Esc</kbd></dt>
          <dd>Close a window</dd>
        </div>
        <div>
          <dt><kbd>?</kbd></dt>
          <dd>This help</dd>
        </div>
      </dl>
    </Dialog>
  );
}
