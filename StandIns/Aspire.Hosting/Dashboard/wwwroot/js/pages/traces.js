import { get, newest } from "../api.js";
import { empty, h, icon, reconcile } from "../dom.js";
import { clock, count, duration, moment, plural } from "../format.js";
import { query, setQuery } from "../router.js";
import { resourceSelect, searchField, service } from "../ui/parts.js";

export function mount(root) {
  let limit = 100;
  const only = newest();
  const sub = h("p", { class: "sub", "data-testid": "trace-summary" });
  const search = searchField(
    "Name or trace id",
    query("text"),
    (text) => setQuery({ text }),
  );
  const picker = resourceSelect(query("resource"), (resource) => setQuery({ resource }));
  const least = h(
    "select",
    { "aria-label": "Shortest duration", "data-testid": "filter-duration", onchange: () => setQuery({ min: least.value }) },
    ...[
      ["", "Any duration"],
      ["10", "10 ms and longer"],
      ["100", "100 ms and longer"],
      ["1000", "1 s and longer"],
      ["10000", "10 s and longer"],
      ["60000", "1 min and longer"],
    ].map(([value, text]) => h("option", { value }, text)),
  );
  const errors = h(
    "button",
    {
      type: "button",
      class: "button",
      "aria-pressed": "false",
      "data-testid": "filter-errors",
      onclick: () => setQuery({ errors: query("errors") ? "" : "1" }),
    },
    icon("alert"),
    "Errors",
  );
  const rows = h("div", { "data-testid": "trace-rows" });
  const older = h(
    "div",
    { class: "older" },
    h(
      "button",
      {
        type: "button",
        class: "button",
        onclick: () => {
          limit = 500;
          load();
        },
      },
      "Show more",
    ),
  );
  const list = h(
    "div",
    { class: "card trace-list" },
    h(
      "div",
      { class: "trace-row head", "aria-hidden": "true" },
      ...["Started", "Trace", "Services", "Spans"].map((t) => h("span", {}, t)),
      h("span", { title: "Bars on a logarithmic scale" }, "Duration"),
    ),
    rows,
    older,
  );
  const fill = h("div", { class: "fill" }, list);
  root.append(
    h(
      "div",
      { class: "page-head" },
      h("div", { class: "page-title" }, h("h1", {}, "Traces"), sub),
      h("div", { class: "toolbar" }, search.element, picker.element, least, errors),
    ),
    fill,
  );

  function row(longest) {
    return (trace) =>
      h(
        "a",
        {
          class: `trace-row${trace.errors ? " failed" : ""}`,
          href: `/traces/${trace.trace_id}`,
          "data-testid": "trace-row",
          "data-focus": "row",
        },
        h("time", { title: moment(trace.start_us / 1000) }, clock(trace.start_us / 1000)),
        h(
          "span",
          { class: "trace-name" },
          h("b", {}, trace.name),
          h("small", { class: "mono" }, trace.trace_id.slice(0, 8)),
          trace.errors ? h("span", { class: "tag bad", "data-testid": "trace-error" }, icon("alert"), plural(trace.errors, "error")) : null,
          trace.complete
            ? null
            : h("span", { class: "tag info", title: "Its first span has not ended or has not arrived yet" }, "in progress"),
        ),
        h(
          "span",
          { class: "trace-services" },
          trace.services.map((s) => service(s.name, h("small", {}, count(s.spans)))),
        ),
        h("span", { class: "trace-spans" }, count(trace.spans)),
        h(
          "span",
          { class: "trace-time" },
          h("span", {}, duration(trace.duration_us)),
          h("i", { style: { "--w": `${Math.max(1.5, (100 * Math.log1p(trace.duration_us / 100)) / Math.log1p(longest / 100))}%` } }),
        ),
      );
  }

  async function load() {
    const parameters = {
      resource: query("resource"),
      text: query("text"),
      min_ms: query("min"),
      errors: query("errors") ? "true" : "",
      limit,
    };
    const result = await only((signal) => get("traces", parameters, signal));
    if (!result) return;
    const { traces, total, use } = result;
    const longest = Math.max(1, ...traces.map((t) => t.duration_us));
    reconcile(rows, traces, (t) => t.trace_id, row(longest), String(longest));
    picker.update(result.resources, query("resource"));
    older.hidden = traces.length >= total || limit >= 500;
    list.hidden = traces.length === 0;
    sub.textContent = `${plural(total, "trace")} · ${plural(use.held, "span")} held${use.dropped ? ` · ${count(use.dropped)} oldest dropped` : ""}`;
    fill.querySelector(".empty")?.remove();
    if (traces.length > 0) return;
    fill.append(
      query("resource") || query("text") || query("min") || query("errors")
        ? empty(
            "search",
            "Nothing matches",
            "No trace passes the present filters.",
            h("button", { type: "button", class: "button", onclick: clear }, "Clear the filters"),
          )
        : empty(
            "traces",
            "No traces yet",
            "Call one of the services, for example submit a training job: every request it causes shows up here as one trace.",
          ),
    );
  }

  function clear() {
    search.input.value = "";
    setQuery({ resource: "", text: "", min: "", errors: "" });
  }

  return {
    async show() {
      least.value = query("min");
      errors.setAttribute("aria-pressed", String(Boolean(query("errors"))));
      if (document.activeElement !== search.input) search.input.value = query("text");
      await load();
    },
    async changed(topics) {
      if (topics.has("traces")) await load();
    },
  };
}
