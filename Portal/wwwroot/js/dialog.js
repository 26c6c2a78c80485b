// A native modal dialog traps the focus and closes with Escape.
export function open(dialog) {
  if (dialog && !dialog.open) dialog.showModal();
}
