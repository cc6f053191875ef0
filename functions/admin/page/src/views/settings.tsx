/** All settings: what they mean, where they are from, and what a change would do. */

import { useEffect, useState } from "preact/hooks";
import { api, ok, Problem, type Schema, whole } from "../api.ts";
import { useCommand, useLive } from "../live.ts";
import { learnSettings, queue } from "../queue.ts";
import { mayWrite } from "../session.ts";
import { Answer } from "../ui/loading.tsx";
import { complaint } from "../ui/form.tsx";
import { Notice, Trouble } from "../ui/notice.tsx";
import { ReadOnly } from "../ui/read_only.tsx";
import { tell } from "../ui/toast.tsx";
import { count } from "../words.ts";
import "./settings.css";
import { Setting } from "./settings/input.tsx";
import { Preview } from "./settings/preview.tsx";
import { changes, text } from "./settings/value.ts";
import { stepsBack } from "./settings/waits.ts";
import { GROUPS, type SettingName, type SwitchName } from "./settings/words.ts";

const PATH = "/api/admin/redial-queue/config";

/** Settings with the version that a change refers to. */
interface Read {
  config: Schema<"Config">;
  sources: Schema<"Sources">;
  etag: string;
}

type Edits = Partial<Record<SettingName, string>>;

/** A change that was checked: what it does is known for this version of the settings. */
interface Checked {
  changed: Schema<"Config">;
  etag: string;
  forecast: Schema<"ConfiguredAnswer">["forecast"];
}

/** The version of the settings. An answer without one gives a version that never is, so that a change cannot overwrite another. */
const version = (response: Response): string => response.headers.get("ETag") ?? '"unknown"';

/** Stores changes if nobody else has changed the settings since they were read. Returns the new version. */
async function store(body: Schema<"Config">, etag: string): Promise<string> {
  return version((await whole(api.PUT(PATH, { params: { header: { "If-Match": etag } }, body }))).response);
}

export function Settings() {
  const live = useLive<Read>(
    async (signal) => {
      const { data, response } = await whole(api.GET(PATH, { signal }));
      return { config: data.config, sources: data.sources, etag: version(response) };
    },
    0,
    [],
  );
  useEffect(() => {
    if (live.data) learnSettings(live.data.config);
  }, [live.data]);
  return (
    <Answer live={live} what="the settings">
      {(read) => <Form read={read} loading={live.loading} reload={live.refresh} />}
    </Answer>
  );
}

function Form(props: { read: Read; loading: boolean; reload: () => void }) {
  const { config, sources, etag } = props.read;
  const [edits, setEdits] = useState<Edits>({});
  const [preview, setPreview] = useState<Checked | undefined>();
  const check = useCommand();
  const storing = useCommand();
  const changed = changes(config, edits);
  const number = Object.keys(changed).length;
  const problem = check.problem;

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    await check.run(async () => {
      const query = { dry_run: true };
      const { forecast } = await ok(api.PUT(PATH, { params: { query, header: { "If-Match": etag } }, body: changed }));
      setPreview({ changed, etag, forecast });
    });
  };
  const settled = () => {
    props.reload();
    queue.value?.refresh();
  };
  const save = async (checked: Checked) => {
    const back = stepsBack(config, checked.changed);
    let now = await store(checked.changed, checked.etag);
    setEdits({});
    settled();
    tell(`${count(Object.keys(checked.changed).length, "setting")} changed.`, async () => {
      for (const step of back) now = await store(step, now);
      settled();
    });
  };
  const loadAgain = () => {
    check.forget();
    storing.forget();
    setPreview(undefined);
    props.reload();
  };
  const stale = [check.problem, storing.problem].some((one) => one instanceof Problem && one.status === 412);
  const setting = (name: SettingName) => {
    const known = name as Exclude<SettingName, SwitchName>;
    return (
      <Setting
        key={known}
        name={known}
        value={edits[known] ?? text(config[known])}
        source={sources[known]}
        error={complaint(problem, known)}
        fixed={!mayWrite.value || known === "process_interval_minutes"}
        onInput={(typed) => setEdits({ ...edits, [known]: typed })}
      />
    );
  };

  return (
    <>
      <form class="stack settings" onSubmit={(event) => void submit(event)}>
        <ReadOnly />
        {stale && (
          <Notice tone="warn" title="Somebody else has changed the settings." action={<button type="button" onClick={loadAgain}>Load the new settings</button>}>
            What you typed stays in the fields.
          </Notice>
        )}
        {GROUPS.map((group) => (
          <section key={group.title} class="panel stack">
            <h2>{group.title}</h2>
            <div class="columns">{group.settings.map(setting)}</div>
          </section>
        ))}
        {!stale && <Trouble problem={problem} />}
        {number > 0 && (
          <div class="panel row spread bar">
            <span>{count(number, "change")} not saved.</span>
            <span class="row">
              <button type="button" onClick={() => setEdits({})}>Discard</button>
              <button type="submit" class="primary" disabled={check.busy || props.loading}>
                {check.busy ? "Calculating …" : "Show what would change"}
              </button>
            </span>
          </div>
        )}
      </form>
      {preview && (
        <Preview
          config={config}
          changed={preview.changed}
          forecast={preview.forecast}
          command={storing}
          save={() => save(preview)}
          onClose={() => {
            setPreview(undefined);
            storing.forget();
          }}
        />
      )}
    </>
  );
}
