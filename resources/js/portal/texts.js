/** Texts of the scripts in the reader's language, written into the page by the layout. */
export function text(name) {
  return document.getElementById('portal-texts')?.dataset[name] ?? ''
}
