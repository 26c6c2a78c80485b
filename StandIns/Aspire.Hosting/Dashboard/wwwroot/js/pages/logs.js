import { get, newest } from "../api.js";
import { empty, h, reconcile } from "../dom.js";
import { clock, count, moment } from "../format.js";
import { query, setQuery } from "../router.js";
import { copyButton, facts, resourceSelect, searchField, section, service, sidePanel } from "../ui/parts.js";

const LEVELS = ["trace", "debug", "information", "warning", "error", "critical"];
const SHORT = { trace: "Trace", debug: "Debug", information: "Info", warning: "Warn", error: "Error", critical: "Critical" };
const MAX_ROWS = 2000;

export function mount(root) {
  let logs = [];
  let more = false;
  let filter = null;
  const only = newest();
  const sub = h("p", { class: "sub", "data-testid": "log-summary" });
  const search = searchField(
    "Search logs",
    query("text"),
    (text) => setQuery({ text }),
  );
  const picker = resourceSelect(query("resource"), (resource) => setQuery({ resource }));
  const level = h(
    "select",
    { "aria-label": "Lowest level", "data-testid": "filter-level", onchange: () => setQuery({ level: level.value }) },
    h("option", { value: "" }, "All levels"),
    ...LEVELS.slice(1).map((name) => h("option", { value: name }, name === "critical" ? "Critical" : `${SHORT[name]} and above`)),
  );
  const scope = h("span", { class: "toolbar" });
  const rows = h("div", { "data-testid": "log-rows" });
  const older = h("div", { class: "older" }, h("button", { type: "button", class: "button", onclick: loadOlder }, "Load older records"));
  const list = h(
    "div",
    { class: "card log-list" },
    h(
      "div",
      { class: "log-row head", "aria-hidden": "true" },
      ...["Time", "Level", "Resource", "Message", ""].map((t) => h("span", {}, t)),
    ),
    rows,
    older,
  );
  const fill = h("div", { class: "fill" }, list);
  const split = h("div", { class: "split" }, fill);
  root.append(
    h(
      "div",
      { class: "page-head" },
      h("div", { class: "page-title" }, h("h1", {}, "Structured logs"), sub),
      h("div", { class: "toolbar" }, scope, search.element, picker.element, level),
    ),
    split,
  );
  const panel = sidePanel(split, "Log record", () => setQuery({ id: "" }));

  const parameters = () => ({
    resource: query("resource"),
    level: query("level"),
    text: query("text"),
    trace: query("trace"),
    span: query("span"),
  });

  function row(log) {
    const choose = () => setQuery({ id: log.id });
    return h(
      "div",
      {
        class: `log-row ${log.level}`,
        role: "button",
        tabindex: "0",
        "aria-selected": String(query("id") === String(log.id)),
        "data-testid": "log-row",
        "data-focus": "row",
        onclick: (event) => event.target.closest("a") || choose(),
        onkeydown: (event) => {
          if (event.key === "Enter" || event.key === " ") {
            event.preventDefault();
            choose();
          }
        },
      },
      h("time", { title: moment(log.time_us / 1000) }, clock(log.time_us / 1000)),
      h("span", { class: `level ${log.level}` }, SHORT[log.level]),
      service(log.resource),
      h("span", { class: "log-text" }, log.message),
      h("span", { class: "go" }, log.trace_id ? h("a", { href: traceAddress(log) }, "Trace") : null),
    );
  }

  // Services send in batches of their own, so the order of arrival is not quite the order of time.
  const newestFirst = () => logs.toSorted((a, b) => b.time_us - a.time_us || b.id - a.id);

  function render(result) {
    reconcile(rows, newestFirst(), (l) => l.id, row, query("id"));
    picker.update(result.resources, query("resource"));
    older.hidden = !more;
    list.hidden = logs.length === 0;
    sub.textContent = `${count(logs.length)}${more ? "+" : ""} shown · newest first${result.use.dropped ? ` · ${count(result.use.dropped)} older dropped` : ""}`;
    fill.querySelector(".empty")?.remove();
    if (logs.length > 0) return;
    const filtered = Object.values(parameters()).some(Boolean);
    fill.append(
      filtered
        ? empty(
            "search",
            "Nothing matches",
            "No record passes the present filters.",
            h("button", { type: "button", class: "button", onclick: clear }, "Clear the filters"),
          )
        : empty(
            "logs",
            "No structured logs yet",
            "Services that export OpenTelemetry logs (AddServiceDefaults turns it on) show up here within a second or two.",
          ),
    );
  }

  function clear() {
    search.input.value = "";
    setQuery({ resource: "", level: "", text: "", trace: "", span: "" });
  }

  async function reload() {
    const wanted = JSON.stringify(parameters());
    const result = await only((signal) => get("logs", parameters(), signal));
    if (!result) return;
    filter = wanted;
    logs = result.logs;
    more = result.more;
    render(result);
  }

  async function loadNewer() {
    const after = logs.at(-1)?.id;
    if (after === undefined || JSON.stringify(parameters()) !== filter) return reload();
    const result = await only((signal) => get("logs", { ...parameters(), after, limit: 500 }, signal));
    if (!result) return;
    if (result.more) return reload();
    logs.push(...result.logs);
    if (logs.length > MAX_ROWS) {
      logs.splice(0, logs.length - MAX_ROWS);
      more = true;
    }
    render(result);
  }

  async function loadOlder() {
    const result = await only((signal) => get("logs", { ...parameters(), before: logs[0].id, limit: 500 }, signal));
    if (!result) return;
    logs.unshift(...result.logs);
    more = result.more && logs.length < MAX_ROWS;
    render(result);
  }

  async function showRecord() {
    const id = query("id");
    if (!id) return panel.close();
    const { log, message, attributes, resource_attributes } = await get(`logs/${id}`);
    if (id !== query("id")) return;
    const stack = attributes.find((a) => a.key === "exception.stacktrace");
    const values = attributes.filter((a) => a !== stack);
    panel.open(
      h("span", { class: `level ${log.level}` }, SHORT[log.level]),
      moment(log.time_us / 1000),
      [
        h("p", { class: "message", "data-testid": "log-message" }, message),
        stack ? section("Exception", null, h("pre", { class: "stack" }, stack.value)) : null,
        section(
          "Record",
          null,
          facts([
            { key: "Resource", value: service(log.resource) },
            { key: "Category", value: log.category },
            ...(log.trace_id
              ? [
                  { key: "Trace", value: h("a", { href: traceAddress(log), "data-testid": "log-trace" }, log.trace_id) },
                  { key: "Span", value: log.span_id ?? "" },
                ]
              : []),
          ]),
        ),
        values.length ? section("Attributes", values.length, facts(values, true)) : null,
        section("Resource attributes", resource_attributes.length, facts(resource_attributes, true)),
      ].filter(Boolean),
      [copyButton(message, "Copy the message")],
    );
  }

  return {
    async show() {
      level.value = query("level");
      picker.update([], query("resource"));
      if (document.activeElement !== search.input) search.input.value = query("text");
      scope.replaceChildren(
        ...(query("trace")
          ? [
              h(
                "button",
                { type: "button", class: "button", title: "Show all traces", onclick: () => setQuery({ trace: "", span: "" }) },
                `Trace ${query("trace").slice(0, 8)} ×`,
              ),
            ]
          : []),
      );
      if (JSON.stringify(parameters()) !== filter) await reload();
      else reconcile(rows, newestFirst(), (l) => l.id, row, query("id"));
      await showRecord();
    },
    async changed(topics) {
      if (topics.has("logs")) await loadNewer();
    },
    leave: () => panel.leave(),
  };
}

function traceAddress(log) {
  return `/traces/${log.trace_id}${log.span_id ? `?span=${log.span_id}` : ""}`;
}
