import uPlot from "/vendor/uplot.js";
import { h } from "../dom.js";
import { clock, measure } from "../format.js";
import { lineColour } from "./colours.js";

// Round numbers of KiB, MiB and so on.
const BINARY_STEPS = Array.from({ length: 50 }, (_, power) => 2 ** power);

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name);

// Custom properties hold light-dark(); only a real property resolves it to a colour that a canvas knows.
function resolved(name) {
  const probe = h("i", { style: { color: `var(${name})`, display: "none" } });
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

/** A line chart that fills `box`. `set(chart, hidden)` draws a MetricChart; `leave()` lets go of the observers. */
export function lineChart(box) {
  let plot = null;
  let shape = "";
  let shown = null;
  let hiddenLines = new Set();
  const tip = h("div", { class: "tip", hidden: true });
  const size = () => ({ width: Math.max(200, box.clientWidth), height: Math.max(180, box.clientHeight) });
  const observer = new ResizeObserver(() => plot?.setSize(size()));
  observer.observe(box);
  const repaint = () => {
    shape = "";
    if (shown) set(shown, hiddenLines);
  };
  addEventListener("themechange", repaint);

  function options(chart) {
    const [muted, line] = [resolved("--faint"), resolved("--line")];
    const rate = chart.mode === "rate";
    const narrow = box.clientWidth < 480;
    const font = `12px ${css("--sans")}`;
    const axis = { stroke: muted, font, grid: { stroke: line, width: 1 }, ticks: { show: false } };
    return {
      ...size(),
      padding: [14, 14, 0, 0],
      cursor: { points: { size: 7 }, y: false, drag: { x: false, y: false } },
      legend: { show: false },
      scales: { y: { range: (_, low, high) => range(low, high) } },
      axes: [
        {
          ...axis,
          values: (_, at) => at.map((t) => clock(t * 1000, false).slice(0, at.length === 1 || at[1] - at[0] >= 60 ? 5 : 8)),
          grid: { show: false },
          space: narrow ? 46 : 90,
        },
        {
          ...axis,
          size: narrow ? 58 : 84,
          gap: 8,
          space: narrow ? 40 : 54,
          incrs: chart.unit === "By" ? BINARY_STEPS : undefined,
          values: (_, at) => at.map((v) => measure(v, short(chart.unit), rate && short(chart.unit) !== "")),
        },
      ],
      series: [
        {},
        ...chart.lines.map((l, i) => {
          const stroke = resolved(lineColour(i));
          const alone = chart.lines.length === 1;
          return {
            label: l.label,
            stroke,
            width: 2,
            spanGaps: false,
            show: !hiddenLines.has(l.label),
            points: { size: 5, fill: stroke },
            fill: alone ? stroke.replace(/rgb\(([^)]+)\)/, "rgba($1, .1)") : undefined,
          };
        }),
      ],
      hooks: { setCursor: [(u) => point(u, chart)] },
    };
  }

  function point(u, chart) {
    const { idx, left } = u.cursor;
    if (idx === null || idx === undefined || left < 0) {
      tip.hidden = true;
      return;
    }
    const rate = chart.mode === "rate";
    const unit = rate && chart.kind === "histogram" ? "" : chart.unit;
    const rows = chart.lines
      .map((l, i) => ({ l, i, v: l.values[idx] }))
      .filter(({ l, v }) => v !== null && !hiddenLines.has(l.label))
      .sort((a, b) => b.v - a.v)
      .slice(0, 10);
    tip.hidden = rows.length === 0;
    tip.replaceChildren(
      h("b", {}, clock(chart.times[idx] * 1000, false)),
      ...rows.map(({ l, i, v }) =>
        h(
          "span",
          { class: "service", style: { "--c": `var(${lineColour(i)})` } },
          h("i"),
          h("em", {}, l.label || chart.name || "value"),
          measure(v, unit, rate),
        ),
      ),
    );
    const x = left + u.bbox.left / devicePixelRatio;
    tip.style.left = `${x > box.clientWidth / 2 ? x - tip.offsetWidth - 16 : x + 16}px`;
    tip.style.top = "18px";
  }

  function set(chart, hidden) {
    [shown, hiddenLines] = [chart, hidden];
    const next = JSON.stringify([chart.name, chart.mode, chart.unit, chart.lines.map((l) => l.label), [...hidden]]);
    const data = [chart.times, ...chart.lines.map((l) => l.values)];
    if (plot && shape === next) {
      plot.hooks.setCursor = [(u) => point(u, chart)];
      plot.setData(data);
      return;
    }
    shape = next;
    plot?.destroy();
    box.replaceChildren();
    plot = new uPlot(options(chart), data, box);
    box.append(tip);
  }

  return {
    set,
    clear() {
      plot?.destroy();
      [plot, shape, shown] = [null, "", null];
    },
    leave() {
      observer.disconnect();
      removeEventListener("themechange", repaint);
      plot?.destroy();
    },
  };
}

/** Units that belong on an axis; the words of the others stand in the heading. */
function short(unit) {
  return ["s", "ms", "By", "%"].includes(unit) ? unit : "";
}

/** From zero where values are not far from it, with some air above. */
function range(low, high) {
  if (low === null || high === null) return [0, 1];
  if (low === high) return low === 0 ? [0, 1] : [Math.min(0, low * 1.2), Math.max(0, high * 1.2)];
  const air = (high - low) * 0.12;
  return [low >= 0 && low < high * 0.6 ? 0 : low - air, high + air];
}
