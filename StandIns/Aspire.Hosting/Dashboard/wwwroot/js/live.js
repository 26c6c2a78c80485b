import { toLogin } from "./api.js";

// One event stream per tab. A hidden tab closes its own: browsers allow six connections to one address.
const listeners = new Set();
let source = null;
let lost = false;

/** Calls `listener(topics)` when something changed: a set of resources, console, traces, logs, metrics. */
export function onChange(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Starts following. `onUse(counts)` gets how full the stores are; `onState("on" | "off" | "pause")` the connection. */
export function follow(onUse, onState) {
  const open = () => {
    source?.close();
    source = new EventSource("/api/events");
    source.onmessage = (event) => {
      const message = JSON.parse(event.data);
      lost = false;
      onState("on");
      onUse(message);
      const topics = new Set(message.topics);
      if (topics.size > 0) for (const listener of [...listeners]) listener(topics);
    };
    source.onerror = () => {
      if (!lost) onState("off");
      lost = true;
      const failed = source.readyState === EventSource.CLOSED;
      checkLogin();
      if (failed) setTimeout(open, 2000);
    };
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      source?.close();
      onState("pause");
    } else {
      open();
    }
  });
  open();
}

async function checkLogin() {
  try {
    const answer = await fetch("/api/about");
    if (answer.status === 401) toLogin();
  } catch {
    // Still away: the banner says so, and the event stream tries again.
  }
}
