// Services keep their colour across pages and visits: first come, first served, remembered by this browser.
const KEY = "linnaeus-service-colours";
const known = JSON.parse(localStorage.getItem(KEY) ?? "[]");

function index(service) {
  let at = known.indexOf(service);
  if (at < 0) {
    at = known.push(service) - 1;
    if (known.length > 200) known.shift();
    localStorage.setItem(KEY, JSON.stringify(known));
  }
  return at % 10;
}

/** A CSS colour of the service. */
export function colour(service) {
  return `var(--s${index(service)})`;
}

export function lineColour(position) {
  return `--s${position % 10}`;
}
