import { get, post } from "../api.js";
import { empty, h, icon, iconButton, reconcile } from "../dom.js";
import { moment, plural, span } from "../format.js";
import { go, query, setQuery, withQuery } from "../router.js";
import { searchField, sidePanel, toast } from "../ui/parts.js";
import { details } from "./resource-details.js";
import { stateOf } from "./resource-state.js";

const COMMAND_ICONS = { start: "play", stop: "stop", restart: "restart" };
const DONE = { start: "started", stop: "stopped", restart: "restarted" };
const DOING = { start: "Starting", stop: "Stopping", restart: "Restarting" };

export function mount(root) {
  let rows = [];
  let open = "";
  const busy = new Set();
  const sub = h("p", { class: "sub", "data-testid": "resource-summary" });
  const search = searchField("Filter resources", query("text"), (text) => setQuery({ text }));
  const body = h("tbody", { "data-testid": "resource-rows" });
  const table = h(
    "div",
    { class: "card resources" },
    h(
      "table",
      { class: "list" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ...["Name", "State", "Running for", "Endpoints", "Source"].map((t) => h("th", { scope: "col" }, t)),
          h("th", { scope: "col", class: "num" }, "Actions"),
        ),
      ),
      body,
    ),
  );
  const fill = h("div", { class: "fill" }, table);
  const split = h("div", { class: "split" }, fill);
  root.append(
    h(
      "div",
      { class: "page-head" },
      h("div", { class: "page-title" }, h("h1", {}, "Resources"), sub),
      h("div", { class: "toolbar" }, search.element),
    ),
    split,
  );
  const panel = sidePanel(split, "Resource details", () => go(withQuery({}, "/")));

  async function run(id, command) {
    busy.add(`${id} ${command}`);
    render();
    toast(`${DOING[command] ?? `Running ${command} of`} ${id}…`);
    try {
      await post(`resources/${encodeURIComponent(id)}/${encodeURIComponent(command)}`);
      toast(`${id} ${DONE[command] ?? `did ${command}`}`);
    } catch (fault) {
      toast(`${id}: ${fault.message}`, true);
    } finally {
      busy.delete(`${id} ${command}`);
      await load();
    }
  }

  function commands(resource) {
    return resource.commands.map((command) => {
      const running = busy.has(`${resource.id} ${command.name}`);
      return iconButton(COMMAND_ICONS[command.name] ?? "play", `${command.display_name} ${resource.id}`, {
        class: `icon-button${running ? " busy" : ""}`,
        disabled: !command.enabled || running,
        "data-testid": `command-${command.name}`,
        "data-focus": command.name,
        onclick: (event) => {
          event.stopPropagation();
          if (!command.confirmation || confirm(command.confirmation)) run(resource.id, command.name);
        },
      });
    });
  }

  function row(resource) {
    const state = stateOf(resource);
    const address = withQuery({}, `/resources/${encodeURIComponent(resource.id)}`);
    const started = resource.started ? Date.parse(resource.started) : null;
    return h(
      "tr",
      {
        "data-testid": `resource-${resource.id}`,
        "aria-selected": String(resource.id === open),
        onclick: (event) => event.target.closest("a, button") || go(address),
      },
      h(
        "td",
        { class: "r-name" },
        h(
          "div",
          { class: "r-id" },
          h(
            "span",
            { class: "r-icon" },
            icon(resource.type === "Project" ? "project" : resource.type === "Executable" ? "executable" : "link"),
          ),
          h(
            "span",
            { class: "r-text" },
            h("a", { href: address, "data-focus": "name" }, resource.id),
            h("small", {}, resource.type.replace(/([a-z])([A-Z])/g, "$1 $2")),
          ),
          resource.errors ? errorTag(resource) : null,
        ),
      ),
      h(
        "td",
        { class: "r-state", "data-testid": "state" },
        h("span", { class: "state" }, h("i", { class: `dot ${state.dot}` }), h("span", {}, state.text)),
        state.note ? h("small", { class: state.noteClass }, state.note) : null,
      ),
      h("td", { class: "r-age" }, running(resource, started)),
      h("td", { class: "r-urls" }, resource.urls.length === 0 ? h("span", { class: "none" }, "–") : resource.urls.map(endpoint)),
      h(
        "td",
        { class: "r-source" },
        resource.source ? h("span", { title: resource.source }, resource.source.split(/[\\/]/).at(-1)) : null,
        resource.pid && resource.state === "Running" ? h("small", {}, `pid ${resource.pid}`) : null,
      ),
      h(
        "td",
        { class: "r-actions num" },
        h(
          "span",
          { class: "actions" },
          ...commands(resource),
          h(
            "a",
            {
              class: "icon-button",
              href: `/console/${encodeURIComponent(resource.id)}`,
              "aria-label": `Console of ${resource.id}`,
              title: "Console",
            },
            icon("console"),
          ),
        ),
      ),
    );
  }

  function render() {
    const wanted = query("text").toLowerCase();
    const shown = rows.filter((r) => `${r.id} ${r.type} ${r.state} ${r.health ?? ""}`.toLowerCase().includes(wanted));
    reconcile(body, shown, (r) => r.id, row, `${open}|${[...busy].join()}`);
    const runs = rows.filter((r) => r.state === "Running").length;
    const bad = rows.filter((r) => stateOf(r).dot === "bad").length;
    sub.replaceChildren(
      `${plural(rows.length, "resource")} · ${runs} running`,
      ...(bad ? [" · ", h("b", { class: "bad-text" }, `${bad} need attention`)] : []),
    );
    table.hidden = shown.length === 0;
    fill.querySelector(".empty")?.remove();
    if (rows.length === 0)
      fill.append(
        empty(
          "leaf",
          "No resources yet",
          "The AppHost declares them in its program: each AddProject or AddExecutable shows up here as soon as it starts.",
        ),
      );
    else if (shown.length === 0)
      fill.append(
        empty(
          "search",
          "Nothing matches",
          `No resource contains “${query("text")}”.`,
          h(
            "button",
            {
              class: "button",
              type: "button",
              onclick: () => {
                search.input.value = "";
                setQuery({ text: "" });
              },
            },
            "Clear the filter",
          ),
        ),
      );
  }

  async function load() {
    rows = await get("resources");
    render();
    if (open) await showDetails();
  }

  async function showDetails() {
    const wanted = open;
    const found = await get(`resources/${encodeURIComponent(wanted)}`);
    if (wanted !== open) return;
    const { title, sub: line, body: parts } = details(found);
    panel.open(title, line, parts, commands(found.resource));
  }

  return {
    async show(id) {
      open = id;
      if (!id) panel.close();
      await load();
    },
    async changed(topics) {
      if (topics.has("resources") || topics.has("logs")) await load();
    },
    leave: () => panel.leave(),
  };
}

function errorTag({ name, errors }) {
  const href = `/logs?resource=${encodeURIComponent(name)}&level=error`;
  return h("a", { class: "tag bad", href, "data-testid": "error-count", title: "Show them" }, icon("alert"), plural(errors, "error"));
}

function running(resource, started) {
  if (started === null) return h("span", { class: "none" }, "–");
  if (resource.state === "Running")
    return h("span", { "data-since": started, title: `Started ${moment(started)}` }, span((Date.now() - started) / 1000));
  const stopped = resource.stopped ? Date.parse(resource.stopped) : null;
  return h("span", { class: "none", title: `Started ${moment(started)}` }, stopped ? `ran ${span((stopped - started) / 1000)}` : "–");
}

function endpoint(url) {
  const text = url.display_name || url.url.replace(/^http:\/\//, "").replace(/\/$/, "");
  return /^https?:/.test(url.url)
    ? h(
        "a",
        {
          class: `endpoint${url.inactive ? " inactive" : ""}`,
          href: url.url,
          target: "_blank",
          rel: "noreferrer",
          title: url.inactive ? "Nothing listens here now" : url.url,
        },
        text,
        icon("external"),
      )
    : h("span", { class: "endpoint mono" }, text);
}
