// A circuit that the server no longer knows, or that could not be reached for long, is made anew once the server answers.
"use strict";
document.getElementById("components-reconnect-modal").addEventListener("components-reconnect-state-changed", async (event) => {
  if (event.detail.state !== "rejected" && event.detail.state !== "failed") return;
  for (;;) {
    try {
      if ((await fetch("alive", { cache: "no-store" })).ok) return location.reload();
    } catch { /* not yet */ }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
});
