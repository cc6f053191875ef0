import { Badge } from "../../ui/notice.tsx";
import { obeyed, type Rule } from "./words.ts";

/** Whether runs obey a rule at a time. */
export function Obeyed({ rule, at }: { rule: Rule; at: string | Date }) {
  const { tone, words } = obeyed(rule, at);
  return <Badge tone={tone}>{words}</Badge>;
}
