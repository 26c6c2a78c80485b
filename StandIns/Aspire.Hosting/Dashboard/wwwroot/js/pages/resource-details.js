import { get } from "../api.js";
import { h, icon, iconButton } from "../dom.js";
import { moment } from "../format.js";
import { copyButton, facts, section, toast } from "../ui/parts.js";
import { stateOf } from "./resource-state.js";

const LABELS = {
  "executable.path": "Program",
  "executable.workDir": "Working directory",
  "executable.args": "Arguments",
  "executable.pid": "Process id",
  "project.path": "Project",
  "project.launchProfile": "Launch profile",
  connectionString: "Connection string",
  Value: "Value",
};
// Secrets that were revealed stay so while the page is open, by resource and name.
const revealed = new Map();
let showInherited = false;

/** Contents of the side panel for `GET /api/resources/{id}`. */
export function details(found) {
  const { resource } = found;
  const state = stateOf(resource);
  return {
    title: resource.id,
    sub: h(
      "span",
      { class: "state" },
      h("i", { class: `dot ${state.dot}` }),
      `${state.text} · ${resource.type.replace(/([a-z])([A-Z])/g, "$1 $2")}`,
    ),
    body: [
      jumps(resource),
      overview(found),
      endpoints(resource),
      health(found.health),
      relations(found.relations),
      environment(resource.id, found.environment),
    ],
  };
}

function jumps({ id, name }) {
  const links = [
    ["console", "Console", `/console/${encodeURIComponent(id)}`],
    ["logs", "Logs", `/logs?resource=${encodeURIComponent(name)}`],
    ["traces", "Traces", `/traces?resource=${encodeURIComponent(name)}`],
    ["metrics", "Metrics", `/metrics?resource=${encodeURIComponent(name)}`],
  ];
  return h(
    "div",
    { class: "jumps" },
    links.map(([image, text, href]) => h("a", { class: "button small", href }, icon(image), text)),
  );
}

function overview({ resource, created, properties }) {
  const rows = [];
  if (resource.started) rows.push({ key: "Started", value: moment(Date.parse(resource.started)) });
  else if (created) rows.push({ key: "Declared", value: moment(Date.parse(created)) });
  if (resource.stopped) rows.push({ key: "Stopped", value: moment(Date.parse(resource.stopped)) });
  if (resource.exit_code !== null) rows.push({ key: "Exit code", value: String(resource.exit_code) });
  for (const property of properties) {
    if (property.value !== "") rows.push({ key: LABELS[property.name] ?? property.name, value: value(resource.id, property) });
  }
  return section("Overview", null, facts(rows));
}

function endpoints(resource) {
  if (resource.urls.length === 0) return null;
  return section(
    "Endpoints",
    resource.urls.length,
    facts(
      resource.urls.map((url) => ({
        key: url.name ?? "address",
        value: /^https?:/.test(url.url) ? h("a", { href: url.url, target: "_blank", rel: "noreferrer" }, url.url) : url.url,
      })),
    ),
  );
}

function health(reports) {
  if (reports.length === 0) return null;
  const kind = { healthy: "good", degraded: "warn", unhealthy: "bad" };
  return section(
    "Health checks",
    reports.length,
    h(
      "ul",
      { class: "checks" },
      reports.map((report) =>
        h(
          "li",
          {},
          h("div", {}, h("span", { class: `tag ${kind[report.status] ?? ""}` }, report.status ?? "not run yet"), h("b", {}, report.name)),
          report.description ? h("p", {}, report.description) : null,
          report.exception ? h("pre", {}, report.exception) : null,
        ),
      ),
    ),
  );
}

function relations(list) {
  if (list.length === 0) return null;
  const words = { WaitFor: "waits for", Reference: "uses", Parent: "part of" };
  return section(
    "Relations",
    list.length,
    h(
      "div",
      { class: "relations" },
      list.map((relation) =>
        h(
          "a",
          { class: "tag", href: `/resources/${encodeURIComponent(relation.resource)}` },
          `${words[relation.type] ?? relation.type} `,
          h("b", {}, relation.resource),
        ),
      ),
    ),
  );
}

function environment(id, all) {
  if (all.length === 0) return null;
  const list = h("div", { class: "env", "data-testid": "environment" });
  const inherited = all.filter((v) => !v.declared).length;
  const fill = () => {
    list.replaceChildren(
      ...all
        .filter((v) => v.declared || showInherited)
        .map((variable) =>
          h("div", { class: "env-row" }, h("code", {}, variable.name), h("span", { class: "mono env-value" }, value(id, variable))),
        ),
    );
    if (inherited > 0) {
      list.append(
        h(
          "button",
          {
            type: "button",
            class: "button small",
            onclick: () => {
              showInherited = !showInherited;
              fill();
            },
          },
          showInherited ? "Hide inherited ones" : `Show ${inherited} inherited`,
        ),
      );
    }
  };
  fill();
  return section("Environment", all.length - inherited, list);
}

function value(id, item) {
  if (!item.secret) return item.value ?? "";
  const key = `${id} ${item.name}`;
  const box = h("span", { class: "secret" });
  const show = () => {
    const known = revealed.get(key);
    box.replaceChildren(
      h("span", { "data-testid": `value-${item.name}` }, known ?? "••••••••"),
      iconButton("eye", `${known === undefined ? "Reveal" : "Hide"} ${item.name}`, {
        class: "icon-button tiny",
        "aria-pressed": String(known !== undefined),
        "data-focus": `eye-${item.name}`,
        "data-testid": `reveal-${item.name}`,
        onclick: toggle,
      }),
      known === undefined ? "" : copyButton(known, `Copy ${item.name}`),
    );
  };
  const toggle = async () => {
    try {
      if (!revealed.delete(key))
        revealed.set(key, (await get(`resources/${encodeURIComponent(id)}/secret`, { name: item.name })).value ?? "");
      show();
    } catch (fault) {
      toast(fault.message, true);
    }
  };
  show();
  return box;
}
