/** Lists that are read page by page into one file. */

interface Answer {
  data: unknown;
  response: Response;
}

/** Asks for pages until the last, and puts them together. `heard` gets each page without the names of its columns. */
export async function wholeList(type: "text/csv" | "application/jsonl", ask: (cursor: string | undefined) => Promise<Answer>, heard: (page: string) => void): Promise<Blob> {
  const parts: string[] = [];
  let cursor: string | undefined;
  do {
    const { data, response } = await ask(cursor);
    const text = String(data);
    // Each page of a table begins with the names of the columns.
    const begin = type === "text/csv" ? text.indexOf("\n") + 1 : 0;
    if (parts.length === 0) parts.push(text.slice(0, begin));
    const page = text.slice(begin);
    parts.push(page);
    heard(page);
    cursor = response.headers.get("X-Next-Cursor") ?? undefined;
  } while (cursor);
  return new Blob(parts, { type });
}

/** Gives a file to the browser as a download. */
export function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser still reads it when `click` has returned.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
