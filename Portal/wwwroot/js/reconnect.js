// Reloads the page once the server responds, if the circuit is lost or reconnecting has failed.
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
