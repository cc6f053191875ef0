/** Phone numbers in paths of requests. */

/** A number as somebody wrote it, without what would end a path. The API reads every common spelling. */
export function inPath(text: string): string {
  const number = text.trim().replaceAll(/[/\\?#%]+/g, " ");
  // A browser takes a part of dots for a step in the path, and asks for something else.
  return /^\.+$/.test(number) ? " " : number;
}
