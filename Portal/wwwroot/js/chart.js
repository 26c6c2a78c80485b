// Line charts of Chart.razor: `draw` creates or updates the chart of an element, `remove` destroys it.
import uPlot from "../vendor/uplot.js";

const charts = new WeakMap();

/** `drawing`: { xLabel, yLabel, logarithmic, lines: [{ name, color, x, y, smooth }] }; a null in y is a gap. */
export function draw(element, drawing) {
  if (!element) return;
  let chart = charts.get(element);
  if (!chart) charts.set(element, (chart = new Chart(element)));
  chart.show(drawing);
}

export function remove(element) {
  if (!element) return;
  charts.get(element)?.leave();
  charts.delete(element);
}

class Chart {
  constructor(element) {
    this.element = element;
    this.tip = document.createElement("div");
    this.tip.className = "chart-tip";
    this.tip.hidden = true;
    this.sizes = new ResizeObserver(() => this.plot?.setSize(this.size()));
    this.sizes.observe(element);
    this.repaint = () => this.drawing && this.show(this.drawing, true);
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    this.dark.addEventListener("change", this.repaint);
    document.addEventListener("theme-changed", this.repaint);
  }

  show(drawing, anew = false) {
    const shape = JSON.stringify([drawing.xLabel, drawing.yLabel, drawing.logarithmic, drawing.lines.map((l) => [l.name, l.color, l.smooth !== null])]);
    const data = aligned(drawing);
    this.drawing = drawing;
    if (this.plot && shape === this.shape && !anew) {
      // Keep the zoom.
      const [xs, { min, max }] = [this.plot.data[0], this.plot.scales.x];
      const zoomed = xs.length > 1 && (min > xs[0] || max < xs.at(-1));
      this.plot.setData(data, !zoomed);
      if (zoomed) this.plot.redraw();
      return;
    }
    this.shape = shape;
    this.plot?.destroy();
    this.element.replaceChildren();
    this.plot = new uPlot(this.options(drawing), data, this.element);
    this.element.append(this.tip);
  }

  size() {
    return { width: Math.max(160, this.element.clientWidth), height: Math.max(120, this.element.clientHeight) };
  }

  options({ xLabel, yLabel, logarithmic, lines }) {
    const color = (name) => resolved(this.element, name);
    const font = `12px ${getComputedStyle(this.element).fontFamily}`;
    const axis = { stroke: color("--muted"), font, labelFont: font, labelSize: 18, labelGap: 0, ticks: { show: false }, grid: { stroke: color("--line"), width: 1 } };
    const series = lines.flatMap(({ name, color: token, smooth }) => {
      const stroke = color(token);
      const line = { label: name, stroke, width: 1.8, spanGaps: true, points: { size: 5, fill: stroke } };
      return smooth ? [{ ...line, alpha: 0.28, width: 1.2, points: { show: false } }, line] : [line];
    });
    return {
      ...this.size(),
      padding: [12, 14, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { size: 7 }, drag: { x: true, y: false, setScale: true } },
      scales: { x: { time: false, range: (_, low, high) => (low === high ? [low - 1, high + 1] : [low, high]) }, y: logarithmic ? { distr: 3 } : { range: (_, low, high) => spread(low, high) } },
      axes: [
        { ...axis, label: xLabel ?? undefined, size: 30, grid: { show: false }, space: 60, incrs: wholeSteps, values: (_, at) => at.map((v) => short(v)) },
        { ...axis, label: yLabel ?? undefined, size: 58, gap: 6, space: 34, values: (_, at) => at.map((v) => (v === null ? "" : short(v))) },
      ],
      series: [{}, ...series],
      hooks: { setCursor: [(plot) => this.point(plot)] },
    };
  }

  point(plot) {
    const { idx, left } = plot.cursor;
    const rows = idx == null || left < 0 ? [] : this.drawing.lines.map((line) => ({ line, value: at(line, plot.data[0][idx]) })).filter((r) => r.value !== null);
    this.tip.hidden = rows.length === 0;
    if (rows.length === 0) return;
    const head = document.createElement("b");
    head.textContent = `${this.drawing.xLabel ?? "x"} ${short(plot.data[0][idx])}`;
    this.tip.replaceChildren(head, ...rows.map(({ line, value }) => {
      const row = document.createElement("span");
      row.style.setProperty("--c", `var(${line.color})`);
      row.append(document.createElement("i"), line.name, Object.assign(document.createElement("em"), { textContent: exact(value) }));
      return row;
    }));
    const x = left + plot.bbox.left / devicePixelRatio;
    this.tip.style.left = `${x > this.element.clientWidth / 2 ? x - this.tip.offsetWidth - 14 : x + 14}px`;
  }

  leave() {
    this.sizes.disconnect();
    this.dark.removeEventListener("change", this.repaint);
    document.removeEventListener("theme-changed", this.repaint);
    this.plot?.destroy();
    this.plot = null;
  }
}

/** All lines on one x axis. */
function aligned({ lines, logarithmic }) {
  const drawable = (ys) => (logarithmic ? ys.map((y) => (y > 0 ? y : null)) : ys);
  if (lines.length === 0) return [[]];
  return uPlot.join(lines.map(({ x, y, smooth }) => [x, drawable(y), ...(smooth ? [drawable(smooth)] : [])]));
}

/** The value of the line at `where`, smoothed if the line is; null if it has none. */
function at({ x, y, smooth }, where) {
  let [low, high] = [0, x.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle] < where) low = middle + 1;
    else high = middle;
  }
  return x[low] === where ? (smooth ?? y)[low] : null;
}

// Custom properties hold light-dark(); only a real property resolves it to a color that a canvas understands.
function resolved(element, token) {
  const before = element.style.color;
  element.style.color = `var(${token})`;
  const color = getComputedStyle(element).color;
  element.style.color = before;
  return color;
}

// Steps and epochs are integers.
const wholeSteps = Array.from({ length: 16 }, (_, power) => [1, 2, 5].map((n) => n * 10 ** power)).flat();

/** The y range with padding; starts at zero if the values are close to it. */
function spread(low, high) {
  if (low === null || high === null) return [0, 1];
  if (low === high) return low === 0 ? [0, 1] : [Math.min(0, low * 1.2), Math.max(0, high * 1.2)];
  const air = (high - low) * 0.08;
  return [low >= 0 && low < high * 0.5 ? 0 : low - air, high + air];
}

const short = (value) => value !== 0 && (Math.abs(value) >= 1e6 || Math.abs(value) < 1e-3) ? value.toExponential(1).replace("e+", "e") : String(Number(value.toPrecision(6)));
const exact = (value) => value !== 0 && (Math.abs(value) >= 1e6 || Math.abs(value) < 1e-4) ? value.toExponential(3) : String(Number(value.toPrecision(5)));
