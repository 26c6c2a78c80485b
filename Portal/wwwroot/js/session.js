// Signing out in one tab signs out all tabs: circuits of other tabs would stay open.
"use strict";
{
  const session = new BroadcastChannel("linnaeus-session");
  if (location.pathname === "/signin" && new URLSearchParams(location.search).has("out")) session.postMessage("out");
  else session.addEventListener("message", () => location.reload());
}
