/**
 * Nests spans under their parents, by start time. A span whose parent is not held becomes a root. Each node gets `depth`,
 * `children`, `size` (spans below it and itself) and `failed` (an error in it or below).
 */
export function buildTree(spans) {
  const nodes = new Map(
    spans.map((span) => [span.span_id, { span, children: [], depth: 0, size: 1, failed: span.status === "error", collapsed: false }]),
  );
  const roots = [];
  for (const node of nodes.values()) {
    const parent = nodes.get(node.span.parent_id);
    if (parent && parent !== node) parent.children.push(node);
    else roots.push(node);
  }
  const reached = new Set();
  const order = walk(roots, reached);
  // Parents that form a circle hang below no root: show them rather than lose them.
  for (const node of nodes.values()) {
    if (reached.has(node)) continue;
    for (const other of nodes.values()) other.children = other.children.filter((child) => child !== node);
    roots.push(node);
    order.push(...walk([node], reached));
  }
  for (const node of order.reverse()) {
    for (const child of node.children) {
      node.size += child.size;
      node.failed ||= child.failed;
    }
  }
  return { roots, nodes };
}

function walk(roots, reached) {
  const order = [];
  const stack = [...roots];
  while (stack.length > 0) {
    const node = stack.pop();
    if (reached.has(node)) continue;
    reached.add(node);
    order.push(node);
    for (const child of node.children) {
      if (!reached.has(child)) child.depth = node.depth + 1;
      stack.push(child);
    }
  }
  return order;
}

/** The rows on show, top to bottom: children of a collapsed node are left out; a filter keeps matches and their ancestors. */
export function visible(roots, text) {
  const wanted = text.toLowerCase();
  const keeps = new Map();
  const matches = ({ span }) =>
    `${span.name} ${span.resource} ${span.span_id}`.toLowerCase().includes(wanted) ||
    span.attributes.some((a) => a.value.toLowerCase().includes(wanted));
  if (wanted) mark(roots, matches, keeps);
  const rows = [];
  const stack = [...roots].reverse();
  while (stack.length > 0) {
    const node = stack.pop();
    if (wanted && !keeps.get(node)) continue;
    rows.push(node);
    if (!node.collapsed || wanted) for (let i = node.children.length - 1; i >= 0; i--) stack.push(node.children[i]);
  }
  return rows;
}

function mark(roots, matches, keeps) {
  const order = [];
  const stack = [...roots];
  while (stack.length > 0) {
    const node = stack.pop();
    order.push(node);
    stack.push(...node.children);
  }
  for (const node of order.reverse()) keeps.set(node, matches(node) || node.children.some((child) => keeps.get(child)));
}

/** About `wanted` round positions between 0 and `length` microseconds. */
export function ticks(length, wanted = 5) {
  const raw = length / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const clockwise = [10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400].map((s) => s * 1e6);
  const step = (raw > 5e6 && clockwise.find((s) => s >= raw)) || [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= raw) || raw;
  const found = [];
  for (let at = 0; at <= length * 1.0001; at += step) found.push(at);
  return found;
}
