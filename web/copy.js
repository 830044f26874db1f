/** Buttons that copy the text of an element, or of what a link leads to; they show only where that is possible. */
for (const button of document.querySelectorAll('button[data-copy], button[data-copy-from]')) {
  if (!(button instanceof HTMLButtonElement) || navigator.clipboard === undefined) continue;
  button.hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(await textOf(button));
    button.textContent = `${button.textContent?.replace(/ ✓$/, '')} ✓`;
  });
}

/** @param {HTMLButtonElement} button */
async function textOf({ dataset }) {
  const element = document.getElementById(dataset.copy ?? dataset.copyFrom ?? '');
  if (!(element instanceof HTMLAnchorElement)) return element?.textContent ?? '';
  return (await fetch(element.href)).text();
}
