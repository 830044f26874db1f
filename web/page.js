/** @param {string} name of a custom property of the page */
export function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
