import { get } from "../api.js";
import { empty, h, icon, marked, reconcile } from "../dom.js";
import { clock, count, moment, plural } from "../format.js";
import { go, query, setQuery, withQuery } from "../router.js";
import { searchField } from "../ui/parts.js";
import { stateOf } from "./resource-state.js";

const MAX_LINES = 5000;
const LEVEL = /^\s*(?:\[?\d[\d:. T-]*\]?\s*)?(trce|dbug|info|warn|fail|crit)(?=:)/;
// How the console is shown is remembered for the visit, not put in the address.
const view = { follow: true, times: true, wrap: true };

export function mount(root) {
  let id = "";
  let loaded = "";
  let lines = [];
  let dropped = 0;
  let loading = null;
  let lastTop = 0;
  const tabs = h("nav", { class: "tabs", "aria-label": "Resources", "data-testid": "console-tabs" });
  const sub = h("p", { class: "sub", "data-testid": "console-summary" });
  const search = searchField(
    "Search this console",
    query("text"),
    (text) => setQuery({ text }),
  );
  const output = h("div", { class: "console", tabindex: "0", role: "log", "aria-label": "Console output", "data-testid": "console-lines" });
  const hold = h(
    "button",
    { type: "button", class: "button jump-end", hidden: true, onclick: () => setFollow(true) },
    "Jump to the newest line",
  );
  const toggles = {
    follow: toggle("Follow", "follow", () => setFollow(!view.follow)),
    times: toggle("Times", "times", () => {
      view.times = !view.times;
      apply();
    }),
    wrap: toggle("Wrap", "wrap", () => {
      view.wrap = !view.wrap;
      apply();
    }),
  };
  const save = h(
    "button",
    { type: "button", class: "button", "aria-label": "Download the lines held", title: "Download", onclick: download },
    icon("download"),
  );
  root.append(
    h(
      "div",
      { class: "page-head" },
      h("div", { class: "page-title" }, h("h1", {}, "Console"), sub),
      h("div", { class: "toolbar" }, search.element, ...Object.values(toggles), save),
    ),
    tabs,
    h("div", { class: "console-frame" }, output, hold),
  );
  output.addEventListener("scroll", () => {
    const up = output.scrollTop < lastTop - 2;
    lastTop = output.scrollTop;
    const atEnd = output.scrollHeight - lastTop - output.clientHeight < 40;
    if (view.follow ? up && !atEnd : atEnd) setFollow(atEnd, false);
  });
  apply();

  function toggle(text, name, onclick) {
    return h(
      "button",
      { type: "button", class: "button", "aria-pressed": String(view[name]), "data-testid": `console-${name}`, onclick },
      text,
    );
  }

  function apply() {
    for (const [name, button] of Object.entries(toggles)) button.setAttribute("aria-pressed", String(view[name]));
    output.classList.toggle("no-times", !view.times);
    output.classList.toggle("no-wrap", !view.wrap);
    hold.hidden = view.follow;
  }

  function setFollow(on, scroll = true) {
    view.follow = on;
    apply();
    if (on && scroll) output.scrollTop = output.scrollHeight;
  }

  function line(entry) {
    const text = query("text");
    const level = text ? null : LEVEL.exec(entry.text);
    const content = level
      ? [
          entry.text.slice(0, level.index + level[0].length - 4),
          h("b", { class: `lv ${level[1]}` }, level[1]),
          entry.text.slice(level.index + level[0].length),
        ]
      : marked(entry.text, text);
    return h(
      "div",
      { class: `line${entry.error ? " err" : ""}` },
      h("time", { title: moment(entry.time) }, clock(entry.time)),
      h("span", {}, ...content),
    );
  }

  function matching(list) {
    const wanted = query("text").toLowerCase();
    return wanted ? list.filter((l) => l.text.toLowerCase().includes(wanted)) : list;
  }

  function summary() {
    const errors = lines.filter((l) => l.error).length;
    const text = query("text");
    sub.textContent = [
      text ? `${plural(matching(lines).length, "matching line")} of ${count(lines.length)}` : plural(lines.length, "line"),
      errors ? `${count(errors)} on stderr` : "",
      dropped ? `${count(dropped)} older dropped` : "",
    ]
      .filter(Boolean)
      .join(" · ");
  }

  function renderAll() {
    const shown = matching(lines);
    output.replaceChildren(...shown.map(line));
    if (lines.length === 0)
      output.append(
        empty(
          "console",
          "Nothing written yet",
          id ? `What ${id} writes to its standard output and error appears here as it comes.` : "Choose a resource above.",
        ),
      );
    else if (shown.length === 0)
      output.append(empty("search", "No line matches", `None of the ${count(lines.length)} lines held contains “${query("text")}”.`));
    summary();
    if (view.follow) output.scrollTop = output.scrollHeight;
  }

  function append(fresh) {
    if (fresh.length === 0) return;
    const first = lines.length === 0;
    lines.push(...fresh);
    const gone = lines.length - MAX_LINES;
    if (gone > 0) lines.splice(0, gone);
    if (first || (gone > 0 && query("text"))) return renderAll();
    output.querySelector(".empty")?.remove();
    output.append(...matching(fresh).map(line));
    for (let i = 0; i < gone; i++) output.firstElementChild?.remove();
    summary();
    if (view.follow) output.scrollTop = output.scrollHeight;
  }

  async function loadLines(wanted, after) {
    const result = await get(`resources/${encodeURIComponent(wanted)}/console`, { after });
    if (wanted !== id) return;
    dropped = result.dropped;
    append(result.lines.filter((l) => l.number > (lines.at(-1)?.number ?? 0)));
  }

  async function loadTabs() {
    const resources = (await get("resources")).filter(
      (r) => r.pid || r.commands.length > 0 || r.id === id || r.type === "Project" || r.type === "Executable",
    );
    reconcile(
      tabs,
      resources.map((r) => ({ id: r.id, dot: stateOf(r).dot })),
      (r) => r.id,
      (r) =>
        h(
          "a",
          {
            href: `/console/${encodeURIComponent(r.id)}`,
            "data-testid": `console-tab-${r.id}`,
            "data-focus": r.id,
            "aria-current": r.id === id ? "page" : null,
          },
          h("i", { class: `dot ${r.dot}` }),
          r.id,
        ),
      id,
    );
    tabs.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
    return resources;
  }

  function download() {
    const blob = new Blob([lines.map((l) => `${moment(l.time)} ${l.error ? "E" : " "} ${l.text}\n`).join("")], { type: "text/plain" });
    const link = h("a", { href: URL.createObjectURL(blob), download: `${id || "console"}.log` });
    link.click();
    URL.revokeObjectURL(link.href);
  }

  return {
    async show(wanted) {
      search.input.value === query("text") || (search.input.value = query("text"));
      if (wanted && wanted === loaded) return renderAll();
      loaded = "";
      id = wanted;
      lines = [];
      dropped = 0;
      output.replaceChildren();
      const resources = await loadTabs();
      if (!id && resources.length > 0) return go(withQuery({}, `/console/${encodeURIComponent(resources[0].id)}`), true);
      if (!id) return renderAll();
      await loadLines(id, 0);
      loaded = id;
      if (lines.length === 0) renderAll();
    },
    async changed(topics) {
      if (topics.has("resources")) {
        const resources = await loadTabs();
        if (!id && resources.length > 0) return go(`/console/${encodeURIComponent(resources[0].id)}`, true);
      }
      if (!id || !topics.has("console") || loading) return;
      loading = loadLines(id, lines.at(-1)?.number ?? 0).finally(() => (loading = null));
      await loading;
    },
  };
}
