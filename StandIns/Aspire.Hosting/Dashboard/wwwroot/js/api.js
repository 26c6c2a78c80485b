/** The server answered with a problem; its detail says what to do. */
export class ApiError extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

export function toLogin() {
  location.assign(`/login?returnUrl=${encodeURIComponent(location.pathname + location.search)}`);
}

async function read(response) {
  if (response.status === 401) toLogin();
  if (response.ok) return response.json();
  const problem = await response.json().catch(() => ({ detail: `The dashboard answered ${response.status}.` }));
  throw new ApiError(response.status, problem.detail ?? problem.title);
}

/** GET `/api/<path>`; parameters that are empty are left out. */
export async function get(path, parameters = {}, signal = undefined) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== null && value !== "" && value !== false) query.set(name, value);
  }
  const text = query.toString();
  return read(await fetch(`/api/${path}${text ? `?${text}` : ""}`, { signal }));
}

export async function post(path) {
  return read(await fetch(`/api/${path}`, { method: "POST" }));
}

/** Runs the newest of several overlapping loads only: `await latest(async (signal) => ...)`; an outdated one gives undefined. */
export function newest() {
  let current = null;
  return async (load) => {
    current?.abort();
    const own = (current = new AbortController());
    try {
      const result = await load(own.signal);
      return own === current ? result : undefined;
    } catch (fault) {
      if (own.signal.aborted) return undefined;
      throw fault;
    }
  };
}
