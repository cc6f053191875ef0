/** Everything about one phone number. */

import { useEffect, useState } from "preact/hooks";
import { numberToShow } from "../handover.ts";
import { Text } from "../ui/form.tsx";
import { Empty } from "../ui/notice.tsx";
import { About } from "./numbers/about.tsx";
import "./numbers.css";

export function Numbers() {
  const [text, setText] = useState("");
  const [asked, setAsked] = useState("");
  const given = numberToShow.value;
  useEffect(() => {
    if (given === undefined) return;
    numberToShow.value = undefined;
    setText(given);
    setAsked(given);
  }, [given]);
  const search = (event: SubmitEvent) => {
    event.preventDefault();
    setAsked(text.trim());
  };
  return (
    <>
      <form role="search" class="row number-search" onSubmit={search}>
        <Text
          label="Phone number"
          type="search"
          value={text}
          onInput={setText}
          hint="In any spelling, such as (555) 555-0123 or +15555550123."
          attributes={{ required: true, inputMode: "tel", spellcheck: false }}
        />
        <button type="submit" class="primary">Search</button>
      </form>
      {asked ? (
        <About key={asked} asked={asked} />
      ) : (
        <Empty title="Enter a phone number.">
          <p>You see its leads, why it is or is not called, its calls of the last day, and whether somebody asked us to stop.</p>
        </Empty>
      )}
    </>
  );
}
