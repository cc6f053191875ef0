/** Asks for the key. */

import { useState } from "preact/hooks";
import { Text } from "./ui/form.tsx";
import { Notice } from "./ui/notice.tsx";
import { farewell, signIn } from "./session.ts";

export function SignIn() {
  const [text, setText] = useState("");
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (text.trim()) signIn(text.trim());
  };
  return (
    <main class="sign-in" id="main">
      <h1>Redial Queue</h1>
      {farewell.value && <Notice tone="bad" title={farewell.value} />}
      <form class="panel stack" onSubmit={submit}>
        <Text
          label="Key"
          type="password"
          value={text}
          onInput={setText}
          hint="It stays in this tab and is forgotten when you close the tab. With a key that may only read, you see everything and change nothing."
          attributes={{ required: true, autofocus: true, spellcheck: false }}
        />
        <button type="submit" class="primary">Open</button>
      </form>
    </main>
  );
}
