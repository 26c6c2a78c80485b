import { get, ApiError } from "./api.js";
import { empty, h } from "./dom.js";
import { count, span } from "./format.js";
import { follow, onChange } from "./live.js";
import { start } from "./router.js";
import { toast } from "./ui/parts.js";
import * as consolePage from "./pages/console.js";
import * as logs from "./pages/logs.js";
import * as metrics from "./pages/metrics.js";
import * as resources from "./pages/resources.js";
import * as trace from "./pages/trace.js";
import * as traces from "./pages/traces.js";

// A page is a module: mount(root) gives { show(id), changed(topics), leave() }.
const routes = [
  [/^\/(?:resources(?:\/([^/]+))?)?$/, "resources", resources, "Resources"],
  [/^\/console(?:\/([^/]+))?$/, "console", consolePage, "Console"],
  [/^\/logs$/, "logs", logs, "Logs"],
  [/^\/traces$/, "traces", traces, "Traces"],
  [/^\/traces\/([^/]+)$/, "traces", trace, "Trace"],
  [/^\/metrics$/, "metrics", metrics, "Metrics"],
];

const main = document.getElementById("main");
const banner = document.getElementById("banner");
let application = "";
let current = null;

async function resolve() {
  const path = decodeURI(location.pathname);
  const route = routes.find(([pattern]) => pattern.test(path)) ?? routes[0];
  const [pattern, name, page, title] = route;
  const id = decodeURIComponent(pattern.exec(path)?.[1] ?? "");
  document.title = `${id && name !== "traces" ? `${id} · ` : ""}${title} · ${application || "Linnaeus"}`;
  for (const link of document.querySelectorAll(".nav a")) {
    if (link.dataset.page === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (current?.page !== page) {
    current?.view.leave?.();
    main.replaceChildren();
    const root = h("div", { class: `page page-${title.toLowerCase()}`, "data-testid": `page-${title.toLowerCase()}` });
    main.append(root);
    current = { page, view: page.mount(root) };
  }
  current.id = id;
  await show();
}

async function show() {
  await guarded(async () => {
    await current.view.show(current.id);
    main.querySelector(".problem")?.remove();
  });
}

async function guarded(run) {
  try {
    await run();
  } catch (fault) {
    if (fault instanceof ApiError && fault.status === 404) missing(fault.message);
    else if (fault instanceof ApiError) toast(fault.message, true);
    // Without an answer the banner already says what is wrong.
    else if (!(fault instanceof TypeError && /fetch/i.test(fault.message))) throw fault;
  }
}

/** Covers the page until what it shows exists: a trace may still arrive, a resource may still start. */
function missing(text) {
  main.querySelector(".problem")?.remove();
  const list = `/${location.pathname.split("/")[1]}`;
  const back = h("a", { class: "button", href: list === "/resources" ? "/" : list }, "Show what there is");
  main.firstElementChild?.append(h("div", { class: "problem" }, empty("search", "Not here", text, back)));
}

function showState(state) {
  const live = document.getElementById("live");
  live.dataset.state = state;
  live.lastElementChild.textContent = { on: "Live", off: "Disconnected", pause: "Paused" }[state];
  banner.hidden = state !== "off";
  banner.textContent = "The AppHost is not answering. Reconnecting; what you see may be out of date.";
}

function showUse({ spans, logs: records, series }) {
  const lines = [
    ["Spans", spans],
    ["Log records", records],
    ["Metric series", series],
  ];
  const dropped = spans.dropped + records.dropped;
  document
    .getElementById("use")
    .replaceChildren(
      ...lines.flatMap(([name, use]) => [
        h("dt", {}, name),
        h("dd", { title: `Room for ${count(use.capacity)}; ${count(use.dropped)} dropped` }, count(use.held)),
      ]),
      ...(dropped > 0 ? [h("dd", { class: "dropped", "data-testid": "dropped" }, `${count(dropped)} oldest dropped`)] : []),
    );
}

function themes() {
  const root = document.documentElement;
  const buttons = [...document.querySelectorAll("[data-theme-choice]")];
  const show = () =>
    buttons.forEach((b) => b.setAttribute("aria-pressed", String((root.dataset.theme ?? "auto") === b.dataset.themeChoice)));
  const changed = () => dispatchEvent(new Event("themechange"));
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const choice = button.dataset.themeChoice;
      if (choice === "auto") {
        delete root.dataset.theme;
        localStorage.removeItem("linnaeus-theme");
      } else {
        root.dataset.theme = choice;
        localStorage.setItem("linnaeus-theme", choice);
      }
      show();
      changed();
    });
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  show();
}

// Ages on screen: an element with data-since (milliseconds) shows how long ago that was.
setInterval(() => {
  for (const age of document.querySelectorAll("[data-since]")) {
    const text = span((Date.now() - Number(age.dataset.since)) / 1000);
    if (age.textContent !== text) age.textContent = text;
  }
}, 1000);

themes();
guarded(async () => {
  const about = await get("about");
  application = about.application;
  document.getElementById("app-name").textContent = application;
  document.title = document.title.replace(/Linnaeus$/, application);
});
onChange((topics) => (main.querySelector(".problem") ? show() : guarded(() => current?.view.changed(topics))));
start(resolve);
follow(showUse, showState);
