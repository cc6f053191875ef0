/** What a person means by the text in the search field. */

export type SearchBy = "phone" | "lead_id" | "q";

export interface Search {
  by: SearchBy;
  value: string;
}

/** Says whether a text is a number in any spelling, a lead id, or something to find anywhere. Undefined if it is blank. */
export function readSearch(typed: string): Search | undefined {
  const text = typed.trim();
  if (text === "") return undefined;
  const digits = text.replace(/^tel:/i, "").replaceAll(/\D/g, "");
  const isDialable = /^(tel:)?\+?[\d\s()./-]+$/iu.test(text);
  if (isDialable && (digits.length === 10 || (digits.length === 11 && digits.startsWith("1")))) {
    return { by: "phone", value: digits.length === 10 ? `+1${digits}` : `+${digits}` };
  }
  if (isDialable && text.includes("+") && digits.length >= 8) return { by: "phone", value: `+${digits}` };
  // A part of a number is found by its digits, because numbers are stored without marks.
  if (isDialable && digits !== text && digits.length > 2) return { by: "q", value: digits };
  if (/\d/.test(text) && !/\s/.test(text)) return { by: "lead_id", value: text };
  return { by: "q", value: text };
}
