/** The calling rules: where people may be called when, and what operators have decided about the rules. */

import { useState } from "preact/hooks";
import { api, ok } from "../api.ts";
import { useLive } from "../live.ts";
import { Answer } from "../ui/loading.tsx";
import { Notice } from "../ui/notice.tsx";
import { count } from "../words.ts";
import { Ask } from "./rules/ask.tsx";
import { Decisions } from "./rules/decisions.tsx";
import { RuleList } from "./rules/list.tsx";
import { RulesMap } from "./rules/map.tsx";
import { modeWords } from "./rules/words.ts";
import "./rules.css";

const PARTS = ["Map", "Ask", "Decisions", "All rules"] as const;

export function Rules() {
  const [part, setPart] = useState<(typeof PARTS)[number]>("Map");
  const rules = useLive((signal) => ok(api.GET("/api/admin/redial-queue/rules", { signal })), 0, []);
  const decisions = useLive((signal) => ok(api.GET("/api/admin/redial-queue/rules/decisions", { signal })), 0, []);
  const refresh = () => {
    rules.refresh();
    decisions.refresh();
  };
  return (
    <>
      <nav class="row" aria-label="Parts of the rules">
        {PARTS.map((one) => (
          <button key={one} type="button" class={one === part ? "primary" : ""} aria-current={one === part} onClick={() => setPart(one)}>{one}</button>
        ))}
      </nav>
      <Answer live={rules} what="the rules">
        {(all) => (
          <Answer live={decisions} what="the decisions">
            {(decided) => {
              const law = { rules: all.rules, decisions: decided.decisions };
              return (
                <>
                  <p>{modeWords(all.calling_rules)} Rules of version {all.data_version}: {all.note}.</p>
                  {all.refused_files.length > 0 && (
                    <Notice tone="bad" title={`${count(all.refused_files.length, "newer file")} of rules cannot be used.`}>
                      The rules of before are obeyed. See “All rules”.
                    </Notice>
                  )}
                  {part === "Map" && <RulesMap law={law} />}
                  {part === "Ask" && <Ask law={law} />}
                  {part === "Decisions" && <Decisions law={law} mode={all.calling_rules} onChange={refresh} />}
                  {part === "All rules" && <RuleList all={all} />}
                </>
              );
            }}
          </Answer>
        )}
      </Answer>
    </>
  );
}
