// Elements are only ever built from nodes and text: what services send can never become markup.

/** Builds an element. `props`: class, dataset, style (custom properties), on* listeners, other keys as attributes. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "dataset") Object.assign(element.dataset, value);
    else if (name === "style") for (const [key, part] of Object.entries(value)) element.style.setProperty(key, part);
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

export function iconButton(name, label, props = {}) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, ...props }, icon(name));
}

/**
 * Makes the children of `parent` show `items`, touching only rows that changed, so that focus, selection and scroll
 * stay where they are. `render(item)` builds a row; rows are told apart by `key(item)`.
 */
export function reconcile(parent, items, key, render, extra = "") {
  const old = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const id = String(key(item));
    const signature = JSON.stringify(item) + extra;
    let row = old.get(id);
    old.delete(id);
    if (!row || row.signature !== signature) {
      const fresh = render(item);
      fresh.dataset.key = id;
      fresh.signature = signature;
      if (row) {
        const focused = row.contains(document.activeElement) ? (document.activeElement.dataset.focus ?? "") : null;
        if (place === row) place = row.nextElementSibling;
        row.remove();
        row = fresh;
        parent.insertBefore(row, place);
        if (focused !== null)
          (focused ? (row.querySelector(`[data-focus="${CSS.escape(focused)}"]`) ?? row) : row).focus({ preventScroll: true });
        continue;
      }
      row = fresh;
    }
    if (row === place) place = place.nextElementSibling;
    else parent.insertBefore(row, place);
  }
  for (const gone of old.values()) gone.remove();
}

/** The text with every occurrence of `needle` (ignoring case) marked. */
export function marked(text, needle) {
  if (!needle) return [text];
  const parts = [];
  const lower = text.toLowerCase();
  const wanted = needle.toLowerCase();
  let from = 0;
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
    parts.push(text.slice(from, at), h("mark", {}, text.slice(at, at + wanted.length)));
    from = at + wanted.length;
  }
  parts.push(text.slice(from));
  return parts;
}

export function empty(iconName, title, ...text) {
  return h(
    "div",
    { class: "empty", "data-testid": "empty" },
    icon(iconName),
    h("h2", {}, title),
    ...text.map((part) => (typeof part === "string" ? h("p", {}, part) : part)),
  );
}

export function debounce(run, wait = 200) {
  let timer;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...args), wait);
  };
}
