// Whoever signs out in one tab is signed out in all: the others' circuits would go on.
"use strict";
{
  const session = new BroadcastChannel("linnaeus-session");
  if (location.pathname === "/signin" && new URLSearchParams(location.search).has("out")) session.postMessage("out");
  else session.addEventListener("message", () => location.reload());
}
