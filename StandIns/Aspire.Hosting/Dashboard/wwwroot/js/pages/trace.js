import { get } from "../api.js";
import { h, icon } from "../dom.js";
import { clock, duration, moment, plural } from "../format.js";
import { query, setQuery } from "../router.js";
import { copyButton, facts, searchField, section, service, sidePanel } from "../ui/parts.js";
import { waterfall } from "../ui/waterfall.js";
import { buildTree } from "./span-tree.js";

export function mount(root) {
  let id = "";
  let spans = [];
  let logs = [];
  let shown = "";
  const head = h("div", { class: "page-title" });
  const search = searchField(
    "Search spans",
    query("text"),
    (text) => setQuery({ text }),
  );
  let folded = false;
  const fold = h(
    "button",
    {
      type: "button",
      class: "button",
      "data-testid": "collapse-all",
      onclick: () => {
        folded = !folded;
        chart.collapseAll(folded);
        fold.textContent = folded ? "Expand all" : "Collapse all";
      },
    },
    "Collapse all",
  );
  const logLink = h("a", { class: "button" }, icon("logs"), "Logs");
  const legend = h("div", { class: "legend", "data-testid": "trace-services" });
  const chart = waterfall((span) => setQuery({ span }));
  const fill = h("div", { class: "fill wf-fill" }, chart.element);
  const split = h("div", { class: "split" }, fill);
  root.append(h("div", { class: "page-head" }, head, h("div", { class: "toolbar" }, search.element, fold, logLink), legend), split);
  const panel = sidePanel(split, "Span details", () => setQuery({ span: "" }));

  async function load() {
    const wanted = id;
    const trace = await get(`traces/${encodeURIComponent(wanted)}`);
    if (wanted !== id) return;
    ({ spans, logs } = trace);
    const signature = `${wanted} ${spans.length} ${logs.length}`;
    if (signature === shown) return;
    shown = signature;
    const start = Math.min(...spans.map((s) => s.start_us));
    const end = Math.max(...spans.map((s) => s.start_us + s.duration_us));
    const tree = buildTree(spans);
    const first = spans.find((s) => !s.parent_id) ?? spans[0];
    const failed = spans.filter((s) => s.status === "error").length;
    head.replaceChildren(
      h(
        "div",
        { class: "crumb" },
        h("a", { href: "/traces" }, "Traces"),
        icon("caret"),
        h("span", { class: "mono" }, wanted.slice(0, 8)),
        copyButton(wanted, "Copy the trace id"),
      ),
      h("h1", { "data-testid": "trace-title" }, first.name),
      h(
        "p",
        { class: "sub", "data-testid": "trace-facts" },
        h("b", {}, duration(end - start)),
        ` · ${plural(spans.length, "span")} · started ${moment(start / 1000)}`,
        ...(failed ? [" · ", h("b", { class: "bad-text" }, plural(failed, "error"))] : []),
      ),
    );
    logLink.href = `/logs?trace=${wanted}`;
    const amounts = Map.groupBy(spans, (s) => s.resource);
    legend.replaceChildren(...[...amounts].map(([name, list]) => service(name, h("small", {}, String(list.length)))));
    chart.set(
      tree,
      start,
      end - start,
      Map.groupBy(logs, (l) => l.span_id),
    );
  }

  function showSpan() {
    const chosen = query("span");
    chart.select(chosen);
    const span = spans.find((s) => s.span_id === chosen);
    if (!span) return panel.close();
    const origin = Math.min(...spans.map((s) => s.start_us));
    const own = logs.filter((l) => l.span_id === chosen);
    panel.open(
      span.name,
      service(span.resource, ` · ${span.kind}`),
      [
        section(
          "Span",
          null,
          facts([
            { key: "Duration", value: duration(span.duration_us) },
            { key: "Starts", value: `${duration(span.start_us - origin)} into the trace` },
            ...(span.status === "error"
              ? [
                  {
                    key: "Status",
                    value: h("span", { class: "bad-text" }, `Error${span.status_message ? `: ${span.status_message}` : ""}`),
                  },
                ]
              : []),
            { key: "Source", value: span.scope },
            { key: "Span id", value: h("span", { class: "mono" }, span.span_id) },
          ]),
        ),
        span.attributes.length ? section("Attributes", span.attributes.length, facts(span.attributes, true)) : null,
        span.events.length
          ? section(
              "Events",
              span.events.length,
              h(
                "ul",
                { class: "events" },
                span.events.map((e) => event(e, span)),
              ),
            )
          : null,
        own.length
          ? section(
              "Logs",
              own.length,
              h(
                "ul",
                { class: "events" },
                own.map((log) =>
                  h(
                    "li",
                    {},
                    h("time", {}, clock(log.time_us / 1000)),
                    h("a", { href: `/logs?trace=${id}&id=${log.id}`, class: `level ${log.level}` }, log.level),
                    h("p", {}, log.message),
                  ),
                ),
              ),
            )
          : null,
        span.links.length
          ? section(
              "Links",
              span.links.length,
              h(
                "ul",
                { class: "events" },
                span.links.map((link) =>
                  h("li", {}, h("a", { class: "mono", href: `/traces/${link.trace_id}?span=${link.span_id}` }, link.trace_id)),
                ),
              ),
            )
          : null,
      ].filter(Boolean),
    );
  }

  function event(item, span) {
    return h(
      "li",
      {},
      h("time", {}, `+${duration(Math.max(0, item.time_us - span.start_us))}`),
      h("b", {}, item.name),
      ...item.attributes.map(({ key, value }) =>
        key === "exception.stacktrace" ? h("pre", { class: "stack" }, value) : h("p", {}, h("small", {}, `${key} `), value),
      ),
    );
  }

  return {
    async show(wanted) {
      const fresh = wanted !== id;
      id = wanted;
      if (document.activeElement !== search.input) search.input.value = query("text");
      if (!shown.startsWith(wanted)) await load();
      chart.filter(query("text"));
      showSpan();
      if (fresh && query("span")) chart.reveal(query("span"));
    },
    async changed(topics) {
      if (topics.has("traces") || topics.has("logs")) await load();
    },
    leave: () => panel.leave(),
  };
}
