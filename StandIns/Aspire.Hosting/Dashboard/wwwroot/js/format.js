const pad = (value, width = 2) => String(value).padStart(width, "0");

/** Microseconds as a duration of three significant figures: 850 µs, 12.4 ms, 3.21 s, 2m 05s. */
export function duration(us) {
  if (us < 1000) return `${Math.round(us)} µs`;
  if (us < 999_500) return `${three(us / 1000)} ms`;
  return us < 59_950_000 ? `${three(us / 1e6)} s` : span(Math.round(us / 1e6));
}

function three(value) {
  return value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}

/** Seconds as 45s, 2m 05s, 3h 12m, 4d 6h. */
export function span(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return `${s}s`;
  if (s < 3600) return `${Math.floor(s / 60)}m ${pad(s % 60)}s`;
  if (s < 86_400) return `${Math.floor(s / 3600)}h ${pad(Math.floor((s % 3600) / 60))}m`;
  return `${Math.floor(s / 86_400)}d ${Math.floor((s % 86_400) / 3600)}h`;
}

/** Local time of day of a moment in milliseconds since 1970. */
export function clock(ms, fraction = true) {
  const at = new Date(ms);
  const time = `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;
  return fraction ? `${time}.${pad(at.getMilliseconds(), 3)}` : time;
}

/** Local date and time, for titles and details. */
export function moment(ms) {
  const at = new Date(ms);
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())} ${clock(ms)}`;
}

export function count(value) {
  return value.toLocaleString("en");
}

export function plural(value, word, many = `${word}s`) {
  return `${count(value)} ${value === 1 ? word : many}`;
}

/** A measured value with its UCUM unit in people's words. */
export function measure(value, unit = "", rate = false) {
  if (value === null || value === undefined) return "–";
  const per = rate ? "/s" : "";
  if (unit === "By" || unit === "bytes") return scaled(value, 1024, ["B", "KiB", "MiB", "GiB", "TiB"]) + per;
  if (unit === "s" && !rate) return value === 0 ? "0 s" : Math.abs(value) < 1 ? `${figures(value * 1000)} ms` : `${figures(value)} s`;
  const name = unit === "1" ? "" : unit.replace(/[{}]/g, "");
  const text = Math.abs(value) >= 10_000 ? scaled(value, 1000, ["", "k", "M", "G", "T"]).trim() : figures(value);
  return `${text}${name ? ` ${name}` : ""}${per}`;
}

function figures(value) {
  if (value === 0) return "0";
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  const size = Math.abs(value);
  if (size < 0.001) return value.toExponential(1);
  return String(Number(value.toPrecision(size >= 1000 ? 5 : 3)));
}

function scaled(value, base, names) {
  let step = 0;
  let rest = value;
  while (Math.abs(rest) >= base && step < names.length - 1) {
    rest /= base;
    step++;
  }
  return `${figures(Number(rest.toPrecision(3)))} ${names[step]}`;
}
