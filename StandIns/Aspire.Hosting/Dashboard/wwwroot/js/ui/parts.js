import { debounce, h, icon, iconButton } from "../dom.js";
import { colour } from "./colours.js";

/** A service's name with its colour. */
export function service(name, suffix = "") {
  return h("span", { class: "service", style: { "--c": colour(name) } }, h("i"), name, suffix);
}

export function toast(text, bad = false) {
  const box = document.getElementById("toasts");
  const item = h("div", { class: `toast${bad ? " bad" : ""}`, "data-testid": "toast" }, icon(bad ? "alert" : "check"), h("span", {}, text));
  box.append(item);
  while (box.children.length > 4) box.firstElementChild.remove();
  setTimeout(() => item.remove(), bad ? 9000 : 4000);
}

export function copyButton(text, label = "Copy") {
  return iconButton("copy", label, {
    class: "icon-button tiny",
    onclick: async (event) => {
      event.stopPropagation();
      await navigator.clipboard.writeText(text);
      toast("Copied");
    },
  });
}

/** A dotted name that may break after its dots. */
export function breakable(name) {
  return name.split(/(?<=[._])/).flatMap((part) => [part, h("wbr")]);
}

/** A list of names and values; `values` are { key, value }. */
export function facts(values, wide = false) {
  return h(
    "dl",
    { class: `facts${wide ? " wide" : ""}` },
    values.flatMap(({ key, value }) => [h("dt", {}, breakable(key)), h("dd", {}, value)]),
  );
}

export function section(title, amount, ...children) {
  return h(
    "section",
    { class: "section" },
    h("h3", {}, title, amount === null ? null : h("span", { class: "count" }, String(amount))),
    ...children,
  );
}

/** The side panel of a page: open(title, sub, body, actions), close(). Escape closes it; focus returns to where it was. */
export function sidePanel(split, label, onClose) {
  let panel = null;
  let back = null;
  const escape = (event) => {
    if (event.key === "Escape" && panel) onClose();
  };
  document.addEventListener("keydown", escape);
  return {
    open(title, sub, body, actions = []) {
      const scroll = panel?.dataset.of === String(title.textContent ?? title) ? panel.querySelector(".panel-body").scrollTop : 0;
      const held = panel?.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
      if (!panel) {
        back = document.activeElement;
        panel = h("aside", { class: "panel", "aria-label": label, "data-testid": "panel" });
        split.append(panel);
      }
      panel.dataset.of = String(title.textContent ?? title);
      panel.replaceChildren(
        h(
          "div",
          { class: "panel-head" },
          h("div", {}, h("h2", {}, title), sub ? h("div", { class: "sub" }, sub) : null),
          ...actions,
          iconButton("close", "Close details", { onclick: onClose, "data-focus": "close", "data-testid": "panel-close" }),
        ),
        h("div", { class: "panel-body" }, ...body),
      );
      panel.querySelector(".panel-body").scrollTop = scroll;
      if (held) panel.querySelector(`[data-focus="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
    },
    close() {
      if (!panel) return;
      const inside = panel.contains(document.activeElement);
      panel.remove();
      panel = null;
      if (inside) back?.focus?.({ preventScroll: true });
    },
    get isOpen() {
      return panel !== null;
    },
    leave() {
      document.removeEventListener("keydown", escape);
    },
  };
}

/** A select of resource names that keeps its options in step with what has reported. */
export function resourceSelect(value, onPick) {
  const select = h("select", { "aria-label": "Resource", "data-testid": "filter-resource", onchange: () => onPick(select.value) });
  const update = (names, chosen) => {
    const all = [...new Set([...names, ...(chosen ? [chosen] : [])])];
    if (select.dataset.names !== JSON.stringify(all)) {
      select.dataset.names = JSON.stringify(all);
      select.replaceChildren(h("option", { value: "" }, "All resources"), ...all.map((name) => h("option", { value: name }, name)));
    }
    select.value = chosen;
  };
  update([], value);
  return { element: select, update };
}

/** A search field that tells what was typed once the typing pauses, unless its page was left by then. */
export function searchField(placeholder, value, onInput) {
  const settled = debounce(() => input.isConnected && onInput(input.value));
  const input = h("input", {
    type: "search",
    placeholder,
    "aria-label": placeholder,
    value,
    "data-testid": "filter-text",
    oninput: settled,
  });
  return { element: h("label", { class: "field" }, icon("search"), input), input };
}
