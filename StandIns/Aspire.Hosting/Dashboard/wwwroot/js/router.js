// Addresses are the only state that pages share: every view can be copied from the address bar.
let resolve = () => {};

export function start(resolver) {
  resolve = resolver;
  addEventListener("popstate", () => resolve());
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='/']");
    if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || link.target) return;
    event.preventDefault();
    go(link.getAttribute("href"));
  });
  resolve();
}

export function go(address, replace = false) {
  if (address === location.pathname + location.search) return;
  history[replace ? "replaceState" : "pushState"](null, "", address);
  resolve();
}

/** The address with some query parameters changed; empty ones go. */
export function withQuery(changes, path = location.pathname) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === null || value === "" || value === false) query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

export function setQuery(changes) {
  go(withQuery(changes), true);
}

export function query(name) {
  return new URLSearchParams(location.search).get(name) ?? "";
}
