import { get, newest } from "../api.js";
import { empty, h, icon, reconcile } from "../dom.js";
import { count, measure, plural } from "../format.js";
import { go, query, setQuery, withQuery } from "../router.js";
import { lineChart } from "../ui/chart.js";
import { lineColour } from "../ui/colours.js";
import { breakable, resourceSelect, searchField, service } from "../ui/parts.js";

const RANGES = [
  ["60", "1m"],
  ["300", "5m"],
  ["900", "15m"],
  ["3600", "1h"],
  ["0", "All"],
];
const MODES = {
  counter: [
    ["rate", "Rate"],
    ["total", "Total"],
  ],
  histogram: [
    ["percentiles", "Percentiles"],
    ["rate", "Rate"],
  ],
};
const KINDS = { counter: "Counter", up_down_counter: "Up-down counter", gauge: "Gauge", histogram: "Histogram" };

export function mount(root) {
  let instruments = [];
  let hidden = new Set();
  let drawn = "";
  let busy = false;
  const only = newest();
  const sub = h("p", { class: "sub", "data-testid": "metric-summary" });
  const search = searchField(
    "Find an instrument",
    "",
    () => renderTree(),
  );
  const picker = resourceSelect(query("resource"), (resource) => setQuery({ resource, meter: "", name: "", only: "", mode: "" }));
  const ranges = h(
    "div",
    { class: "segmented", role: "group", "aria-label": "Time range", "data-testid": "ranges" },
    RANGES.map(([value, text]) =>
      h("button", { type: "button", "data-value": value, onclick: () => setQuery({ range: value === "300" ? "" : value }) }, text),
    ),
  );
  const tree = h("nav", { class: "tree card", "aria-label": "Instruments", "data-testid": "metric-tree" });
  const title = h("div", { class: "chart-title" });
  const modes = h("div", { class: "segmented", role: "group", "aria-label": "What is drawn" });
  const dims = h("select", {
    "aria-label": "Dimension",
    "data-testid": "metric-dimension",
    onchange: () => setQuery({ only: dims.value }),
  });
  const box = h("div", { class: "chart", role: "img", "aria-label": "Chart", "data-testid": "chart" });
  const legend = h("div", { class: "lines", "data-testid": "metric-lines" });
  const card = h("section", { class: "card chart-card", hidden: true }, h("div", { class: "chart-head" }, title, dims, modes), box, legend);
  const stage = h("div", { class: "stage" }, card);
  const fill = h("div", { class: "fill metrics" }, tree, stage);
  root.append(
    h(
      "div",
      { class: "page-head" },
      h("div", { class: "page-title" }, h("h1", {}, "Metrics"), sub),
      h("div", { class: "toolbar" }, search.element, picker.element, ranges),
    ),
    fill,
  );
  const chart = lineChart(box);
  // The axis moves on even when nothing new comes in.
  const timer = setInterval(() => document.hidden || draw().catch(() => {}), 2000);

  const address = (i) => withQuery({ resource: i.resource, meter: i.meter, name: i.name, only: "", mode: "" });
  const chosen = () => instruments.find((i) => i.resource === query("resource") && i.meter === query("meter") && i.name === query("name"));

  function renderTree() {
    const wanted = search.input.value.toLowerCase();
    const within = instruments.filter(
      (i) =>
        (!query("resource") || i.resource === query("resource")) && `${i.name} ${i.meter} ${i.description}`.toLowerCase().includes(wanted),
    );
    const groups = [...Map.groupBy(within, (i) => `${i.resource}\n${i.meter}`)].map(([key, list]) => ({
      key,
      resource: list[0].resource,
      meter: list[0].meter,
      list: list.map((i) => ({ ...i, here: addressOf(i) === addressOf(chosen()) })),
    }));
    let last = "";
    for (const group of groups) {
      group.first = group.resource !== last;
      last = group.resource;
    }
    reconcile(
      tree,
      groups,
      (g) => g.key,
      (g) =>
        h(
          "div",
          { class: "tree-group" },
          g.first ? h("h2", {}, service(g.resource)) : null,
          h(
            "details",
            {
              open: wanted !== "" || !collapsed.has(g.key),
              ontoggle: (event) => (event.target.open ? collapsed.delete(g.key) : collapsed.add(g.key)),
            },
            h("summary", {}, icon("caret"), h("span", {}, g.meter), h("small", {}, String(g.list.length))),
            h(
              "ul",
              {},
              g.list.map((i) =>
                h(
                  "li",
                  {},
                  h(
                    "a",
                    {
                      href: address(i),
                      "aria-current": i.here ? "true" : null,
                      "data-focus": i.name,
                      "data-testid": `instrument-${i.name}`,
                      title: i.description,
                    },
                    breakable(i.name),
                  ),
                ),
              ),
            ),
          ),
        ),
      wanted,
    );
    if (within.length === 0)
      tree.replaceChildren(h("p", { class: "tree-none" }, instruments.length ? "No instrument matches." : "Nothing yet."));
  }

  async function draw() {
    const instrument = chosen();
    if (!instrument || busy) return;
    busy = true;
    try {
      const parameters = {
        resource: instrument.resource,
        meter: instrument.meter,
        name: instrument.name,
        range: query("range") || "300",
        mode: query("mode"),
        only: query("only"),
      };
      const result = await only((signal) => get("metrics/series", parameters, signal));
      if (result && addressOf(instrument) === addressOf(chosen())) show(instrument, result);
    } finally {
      busy = false;
    }
  }

  function show(instrument, result) {
    const key = `${instrument.resource} ${instrument.meter} ${instrument.name} ${result.mode}`;
    if (key !== drawn) hidden = new Set();
    drawn = key;
    card.hidden = false;
    stage.querySelector(".empty")?.remove();
    title.replaceChildren(
      h("h2", { "data-testid": "chart-title" }, instrument.name),
      h("p", { class: "sub" }, service(instrument.resource), ` · ${KINDS[instrument.kind]}${unitWords(instrument.unit)}`),
      ...(instrument.description ? [h("p", { class: "sub" }, instrument.description)] : []),
    );
    modes.hidden = !MODES[instrument.kind];
    modes.replaceChildren(
      ...(MODES[instrument.kind] ?? []).map(([value, text], at) =>
        h(
          "button",
          { type: "button", "aria-pressed": String(result.mode === value), onclick: () => setQuery({ mode: at ? value : "" }) },
          text,
        ),
      ),
    );
    dims.hidden = result.dimensions.length < 2;
    if (dims.dataset.names !== JSON.stringify(result.dimensions)) {
      dims.dataset.names = JSON.stringify(result.dimensions);
      dims.replaceChildren(
        h("option", { value: "" }, `All ${result.dimensions.length} dimensions`),
        ...result.dimensions.map((d) => h("option", { value: d }, d || "(none)")),
      );
    }
    dims.value = query("only");
    box.setAttribute(
      "aria-label",
      `Chart of ${instrument.name}: ${result.lines.map((l) => `${l.label || "value"} ${measure(l.last, unit(instrument, result), result.mode === "rate")}`).join("; ")}`,
    );
    chart.set({ ...result, name: instrument.name }, hidden);
    renderLines(instrument, result);
  }

  const unit = (instrument, result) => (result.mode === "rate" && instrument.kind === "histogram" ? "" : instrument.unit);

  function renderLines(instrument, result) {
    reconcile(
      legend,
      result.lines.map((l, at) => ({ label: l.label, last: l.last, at })),
      (l) => l.label,
      (l) =>
        h(
          "button",
          {
            type: "button",
            class: "line-row",
            "aria-pressed": String(!hidden.has(l.label)),
            "data-focus": "line",
            onclick: () => {
              if (!hidden.delete(l.label)) hidden.add(l.label);
              show(instrument, result);
            },
          },
          h("i", { style: { "--c": `var(${lineColour(l.at)})` } }),
          h("span", {}, l.label || "value"),
          h("b", {}, measure(l.last, unit(instrument, result), result.mode === "rate")),
        ),
      `${drawn}${[...hidden]}`,
    );
    legend.querySelector(".omitted")?.remove();
    if (result.omitted) legend.append(h("p", { class: "omitted" }, `${count(result.omitted)} more not drawn: choose one dimension above.`));
  }

  async function load() {
    const found = await get("metrics");
    instruments = found.instruments;
    const names = [...new Set(instruments.map((i) => i.resource))];
    picker.update(names, query("resource"));
    sub.textContent = `${plural(instruments.length, "instrument")} of ${plural(names.length, "resource")}`;
    if (instruments.length === 0) {
      card.hidden = true;
      stage.querySelector(".empty") ??
        stage.append(
          empty("metrics", "No metrics yet", "Services export theirs every few seconds once they run (AddServiceDefaults turns it on)."),
        );
    } else if (!chosen()) {
      const first = favourite(instruments.filter((i) => !query("resource") || i.resource === query("resource")));
      if (first && !query("name")) return go(address(first), true);
      card.hidden = true;
      stage.querySelector(".empty") ??
        stage.append(
          empty(
            "metrics",
            "Choose an instrument",
            query("name") ? `“${query("name")}” has not been reported yet.` : "Pick one from the list.",
          ),
        );
    }
    renderTree();
  }

  return {
    async show() {
      for (const button of ranges.children) button.setAttribute("aria-pressed", String(button.dataset.value === (query("range") || "300")));
      await load();
      await draw();
    },
    async changed(topics) {
      if (!topics.has("metrics")) return;
      const before = instruments.length;
      await load();
      if (before === 0) await draw();
    },
    leave() {
      clearInterval(timer);
      chart.leave();
    },
  };
}

const collapsed = new Set();
const addressOf = (i) => i && `${i.resource}\n${i.meter}\n${i.name}`;

function unitWords(unit) {
  if (!unit || unit === "1") return "";
  return ` · ${{ s: "seconds", ms: "milliseconds", By: "bytes", "%": "percent" }[unit] ?? unit.replace(/[{}]/g, "")}`;
}

/** The product's own instruments first, then the requests served. */
function favourite(list) {
  return (
    list.find((i) => i.meter.startsWith("Linnaeus.") && i.kind === "gauge") ??
    list.find((i) => i.meter.startsWith("Linnaeus.")) ??
    list.find((i) => i.name === "http.server.request.duration") ??
    list[0]
  );
}
