import { h, icon } from "../dom.js";
import { duration } from "../format.js";
import { colour } from "./colours.js";
import { ticks, visible } from "../pages/span-tree.js";

const ROW = 32;
const SPARE = 8;

const tick = (us) =>
  us === 0
    ? "0"
    : duration(us)
        .replace(/\.0+(?= )/, "")
        .replace(/ 00s$/, "");

/**
 * The spans of a trace as nested bars on one time axis. Only rows in sight are in the document, so thousands stay quick.
 * `onSelect(spanId)` is told which one was chosen.
 */
export function waterfall(onSelect) {
  let tree = { roots: [], nodes: new Map() };
  let rows = [];
  let filter = "";
  let selected = "";
  let start = 0;
  let length = 1;
  let marks = new Map();
  const axis = h("div", { class: "wf-axis", "aria-hidden": "true" });
  const grid = h("div", { class: "wf-grid", "aria-hidden": "true" });
  const layer = h("div", { class: "wf-rows", role: "tree", "aria-label": "Spans", tabindex: "0", "data-testid": "waterfall" });
  const scroller = h(
    "div",
    { class: "wf-scroll" },
    h("div", { class: "wf-head" }, h("span", {}, "Span"), axis),
    h("div", { class: "wf-body" }, grid, layer),
  );
  const element = h("div", { class: "wf card" }, scroller);
  let frame = 0;
  const draw = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      paint();
    });
  };
  scroller.addEventListener("scroll", draw, { passive: true });
  new ResizeObserver(draw).observe(scroller);
  layer.addEventListener("keydown", keys);

  function row(node, index) {
    const { span } = node;
    const left = (100 * (span.start_us - start)) / length;
    const width = (100 * span.duration_us) / length;
    const bar = h(
      "span",
      { class: "wf-bar", style: { left: `${left}%`, width: `${width}%` } },
      ...(marks.get(span.span_id) ?? []).map((log) =>
        h("i", {
          class: `wf-mark ${log.level}`,
          title: log.message,
          style: {
            left: span.duration_us ? `${Math.min(100, Math.max(0, (100 * (log.time_us - span.start_us)) / span.duration_us))}%` : "0%",
          },
        }),
      ),
    );
    const label = h(
      "span",
      {
        class: `wf-label${left + width > 72 ? (left > 28 ? " before" : " inside") : ""}`,
        style:
          left + width > 72
            ? left > 28
              ? { right: `${100 - left}%` }
              : { right: `${Math.max(0, 100 - left - width)}%` }
            : { left: `${left + width}%` },
      },
      duration(span.duration_us),
    );
    const twisty =
      node.children.length > 0
        ? h(
            "button",
            {
              type: "button",
              class: `wf-twisty${node.collapsed ? "" : " open"}`,
              tabindex: "-1",
              "aria-label": node.collapsed ? "Expand" : "Collapse",
              onclick: (event) => {
                event.stopPropagation();
                toggle(node);
              },
            },
            icon("caret"),
          )
        : h("span", { class: "wf-twisty" });
    return h(
      "div",
      {
        class: `wf-row${span.status === "error" ? " failed" : ""}`,
        role: "treeitem",
        "aria-level": node.depth + 1,
        "aria-selected": String(span.span_id === selected),
        "aria-expanded": node.children.length ? String(!node.collapsed) : null,
        id: `span-${span.span_id}`,
        "data-testid": "span-row",
        style: { top: `${index * ROW}px`, "--c": colour(span.resource), "--d": String(Math.min(node.depth, 14)) },
        onclick: () => onSelect(span.span_id),
      },
      h(
        "span",
        { class: "wf-name" },
        twisty,
        h("i", { class: "wf-service" }),
        span.status === "error" ? h("span", { class: "wf-alert", title: span.status_message || "Error" }, icon("alert")) : null,
        h("span", { class: "wf-text" }, h("b", {}, span.name), h("small", {}, span.resource)),
        node.collapsed ? h("span", { class: "tag" }, `+${node.size - 1}`) : null,
      ),
      h("span", { class: "wf-line" }, bar, label),
    );
  }

  function paint() {
    layer.style.height = `${rows.length * ROW}px`;
    const first = Math.max(0, Math.floor(scroller.scrollTop / ROW) - SPARE);
    const last = Math.min(rows.length, Math.ceil((scroller.scrollTop + scroller.clientHeight) / ROW) + SPARE);
    layer.replaceChildren(...rows.slice(first, last).map((node, i) => row(node, first + i)));
    if (selected) layer.setAttribute("aria-activedescendant", `span-${selected}`);
    else layer.removeAttribute("aria-activedescendant");
  }

  function refresh() {
    rows = visible(tree.roots, filter);
    const steps = ticks(length);
    axis.replaceChildren(
      ...steps.map((at) => h("span", { class: at / length > 0.92 ? "end" : "", style: { left: `${(100 * at) / length}%` } }, tick(at))),
    );
    grid.replaceChildren(...steps.map((at) => h("i", { style: { left: `${(100 * at) / length}%` } })));
    draw();
  }

  function toggle(node, to = !node.collapsed) {
    node.collapsed = to;
    refresh();
  }

  function keys(event) {
    const at = rows.findIndex((node) => node.span.span_id === selected);
    const node = rows[at];
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12, Home: -rows.length, End: rows.length }[event.key];
    if (step !== undefined) choose(rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + step))]);
    else if (event.key === "ArrowRight" && node?.children.length) node.collapsed ? toggle(node, false) : choose(rows[at + 1]);
    else if (event.key === "ArrowLeft" && node)
      node.children.length && !node.collapsed ? toggle(node, true) : choose(tree.nodes.get(node.span.parent_id));
    else return;
    event.preventDefault();
  }

  function choose(node) {
    if (!node) return;
    onSelect(node.span.span_id);
    reveal(node.span.span_id);
  }

  function reveal(id) {
    const at = rows.findIndex((node) => node.span.span_id === id);
    if (at < 0) return;
    const top = at * ROW;
    const height = scroller.clientHeight - 40;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + ROW > scroller.scrollTop + height) scroller.scrollTop = top + ROW - height;
  }

  return {
    element,
    reveal,
    /** Shows a tree of buildTree; `logs` by span id; what was collapsed stays so. */
    set(next, from, span, logs) {
      for (const [id, node] of next.nodes) node.collapsed = tree.nodes.get(id)?.collapsed ?? false;
      [tree, start, length, marks] = [next, from, Math.max(1, span), logs];
      refresh();
    },
    filter(text) {
      filter = text;
      refresh();
    },
    select(id) {
      selected = id;
      draw();
    },
    collapseAll(to) {
      for (const node of tree.nodes.values()) if (node.children.length && (node.depth > 0 || !to)) node.collapsed = to;
      refresh();
    },
  };
}
