// Runs before the first paint, so that the page never flashes in the other theme.
"use strict";
window.theme = {
  get() {
    try { return localStorage.getItem("linnaeus-theme") ?? "auto"; } catch { return "auto"; }
  },
  set(name) {
    try { localStorage.setItem("linnaeus-theme", name); } catch { /* private windows may block storage */ }
    this.apply(name);
  },
  apply(name) {
    if (name === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
    document.dispatchEvent(new Event("theme-changed"));
  },
};
window.theme.apply(window.theme.get());
