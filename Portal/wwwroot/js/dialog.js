// A modal dialog of the browser's own keeps the focus inside and closes with Escape.
export function open(dialog) {
  if (dialog && !dialog.open) dialog.showModal();
}
