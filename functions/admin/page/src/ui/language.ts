/**
 * uPlot formats numbers in the language of the browser as soon as it is loaded, and a page without charts is better than none.
 * A browser in a container may name a language that does not exist, such as `en-US@posix`.
 */
try {
  new Intl.Locale(navigator.language);
} catch {
  Object.defineProperty(navigator, "language", { value: "en-US", configurable: true });
}
