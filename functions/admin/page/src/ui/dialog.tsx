/** Windows over the page. The browser keeps the focus inside and closes them with Escape. */

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { type Command, problemOf } from "../live.ts";
import { Trouble } from "./notice.tsx";
import { tell, Toasts } from "./toast.tsx";

interface Props {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  /** "drawer" stands at the side and is as high as the window. */
  kind?: "dialog" | "drawer";
}

export function Dialog(props: Props) {
  const element = useRef<HTMLDialogElement>(null);
  const title = useId();
  useEffect(() => {
    const dialog = element.current!;
    // Safari needs the caller's focus given back by hand.
    const before = document.activeElement;
    dialog.showModal();
    return () => {
      dialog.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const outside = (event: MouseEvent) => {
    if (event.target === element.current) props.onClose();
  };
  const cancel = (event: Event) => {
    event.preventDefault();
    props.onClose();
  };
  return (
    <dialog ref={element} class={props.kind ?? "dialog"} aria-labelledby={title} onCancel={cancel} onClick={outside}>
      <div class="dialog-body">
        <header class="row spread">
          <h2 id={title}>{props.title}</h2>
          <button type="button" class="plain" aria-label="Close" onClick={props.onClose}>×</button>
        </header>
        {props.children}
      </div>
      <Toasts />
    </dialog>
  );
}

/** Asks before something is done. `children` say what it will do. A failure after it was closed is told in a toast. */
export function Confirm(props: {
  title: string;
  /** The word on the button, for example "Remove". */
  action: string;
  danger?: boolean;
  disabled?: boolean;
  /** The keyboard begins on the action. For windows without fields that many people answer in a row. */
  quick?: boolean;
  command: Command;
  work: () => Promise<void>;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const { command, work, onClose } = props;
  const gone = useRef(false);
  useEffect(() => () => { gone.current = true; }, []);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const done = await command.run(async () => {
      try {
        await work();
      } catch (error) {
        const { message, advice } = problemOf(error);
        if (gone.current) tell(`“${props.title}” failed: ${message} ${advice}`);
        throw error;
      }
    });
    // Somebody may have closed it meanwhile and opened another.
    if (done && !gone.current) onClose();
  };
  return (
    <Dialog title={props.title} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} class="stack">
        {props.children}
        <Trouble problem={command.problem} />
        <div class="row end">
          {/* What was sent cannot be called back. */}
          <button type="button" onClick={onClose}>{command.busy ? "Close" : "Cancel"}</button>
          <button type="submit" class={props.danger ? "danger" : "primary"} disabled={command.busy || props.disabled} autofocus={props.quick ?? false}>
            {command.busy ? "Working …" : props.action}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
