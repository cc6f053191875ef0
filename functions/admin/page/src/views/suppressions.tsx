export function Suppressions() {
  return null;
}
