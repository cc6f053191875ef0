/** Phone numbers in paths of requests. */

/** A number as somebody wrote it, without what would end a path. The API reads every common spelling. */
export function inPath(text: string): string {
  return text.trim().replaceAll(/[/\\?#%]+/g, " ");
}
