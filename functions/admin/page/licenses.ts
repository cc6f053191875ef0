import { readFileSync } from "node:fs";

/** Returns the licenses of the packages that become part of the page, as a comment that stays when it is minified. */
export function licenses(): string {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8").trim();
  const { dependencies } = JSON.parse(read("package.json")) as { dependencies: Record<string, string> };
  const texts = Object.keys(dependencies).map((name) => `${name}\n\n${read(`node_modules/${name}/LICENSE`)}`);
  return `/*!\nThis file contains:\n\n${texts.join("\n\n")}\n*/`;
}
