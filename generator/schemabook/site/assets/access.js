// The page of who can do what: a table of roles and relations, which filters make small, and the reasons of a cell.
// The data come by script, as from disk nothing else can be loaded. All that is shown is set as text.
(() => {
  "use strict";

  const COMMANDS = ["select", "insert", "update", "delete", "truncate"];
  const CELLS = 1500, ROWS = 50, ROLES = 7, GROUP = 3;
  const VARIANTS = {
    "update where": "with WHERE", "delete where": "with WHERE", "update check": "new rows",
  };
  const fold = window.schemabookFold;
  let data;

  const html = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) if (value !== false) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };

  // Of column grants the rows count, as in "column grants only: no rows".
  const slug = (text) => text.split(": ").at(-1).replaceAll(" ", "-");

  // The relations with the words of their cells in place of numbers; each in its group, or its schema.
  function decode(found) {
    found.relations = found.relations.map(([name, schema, group, kind, page, cells], index) => ({
      index, name, schema: found.schemas[schema], group: found.groups[group], kind: kind || "", page,
      full: `${found.schemas[schema]}.${name}`,
      section: found.groups[group] || `Schema ${found.schemas[schema]}`,
      cells: cells.map((set) => found.sets[set].map((word) => found.words[word])),
    }));
    const sections = [...found.groups.filter(Boolean), ...found.schemas.map((schema) => `Schema ${schema}`)];
    found.sections = sections
      .map((name) => [name, found.relations.filter((relation) => relation.section === name)])
      .filter(([, relations]) => relations.length);
    const is = (relation, role) => relation.cells[role].some((word) => word !== "no grant");
    const granted = found.roles.map((_, role) => found.relations.some((relation) => is(relation, role)));
    const all = found.roles.map((_, role) => role);
    found.first = all.length > ROLES ? all.filter((role) => granted[role]).slice(0, ROLES) : all;
    if (!found.first.length) found.first = all.slice(0, ROLES);
    return found;
  }

  class View {
    constructor(root) {
      this.root = root;
      this.table = html("table", { class: "sb-access__table", role: "grid", "aria-label": "Who can do what" });
      this.status = html("span", { role: "status" });
      this.more = html("button", { type: "button", class: "sb-access__more" });
      this.more.addEventListener("click", () => { this.times += 1; this.show(); });
      const rest = html("div", { class: "sb-access__rest" }, this.more);
      const scroll = html("div", { class: "sb-access__scroll" }, this.table);
      root.replaceChildren(this.tools(), scroll, rest);
      while (root.nextElementSibling && root.nextElementSibling.tagName !== "H2") root.nextElementSibling.remove();
      this.table.addEventListener("keydown", (event) => this.move(event));
      this.table.addEventListener("click", (event) => {
        const cell = event.target.closest(".sb-access__cell");
        if (cell) this.why(cell);
      });
      window.addEventListener("hashchange", () => root.isConnected && this.restore());
      this.restore();
      root.dataset.ready = "";
    }

    // tools

    tools() {
      const button = (command) => {
        const made = html("button", { type: "button", "data-command": command }, command);
        made.addEventListener("click", () => this.change("command", command));
        return made;
      };
      const commands = html("div", { class: "sb-access__commands", role: "group", "aria-label": "Command" });
      commands.append(...[...COMMANDS, "all"].map(button));
      this.search = html("input", { type: "search", "aria-label": "Table", placeholder: "Name of a table" });
      this.search.addEventListener("input", () => this.change("table", this.search.value.trim()));
      const words = [...new Set(data.words.flatMap((word) => word.split(": ")))].sort();
      this.every = html("button", { type: "button", class: "sb-access__every" });
      this.every.addEventListener("click", () => this.change("roles", this.state.roles ? "" : "all"));
      this.selects = {
        role: this.select("role", "Role", "every role", data.roles.map(([name]) => name)),
        cell: this.select("cell", "Answer", "any answer", words),
        group: this.select("group", "Group", "every group", data.groups.filter(Boolean)),
        schema: this.select("schema", "Schema", "every schema", [...data.schemas].sort()),
      };
      const shown = Object.entries(this.selects).filter(([name]) => this.isUseful(name)).map(([, line]) => line);
      const line = html("div", { class: "sb-access__filters" }, this.search, ...shown);
      const hint = html("span", {}, "Click an answer to see why. Pale answers are the most common ones of their group.");
      const below = html("div", { class: "sb-access__count" }, this.status, this.every, hint);
      return html("div", { class: "sb-access__tools" }, commands, line, below);
    }

    isUseful(name) {
      if (name === "schema") return data.schemas.length > 1;
      return name !== "group" || data.groups.some(Boolean);
    }

    select(name, label, none, values) {
      const options = values.map((value) => html("option", { value }, value));
      const made = html("select", {}, html("option", { value: "" }, none), ...options);
      made.addEventListener("change", () => this.change(name, made.value));
      return html("label", {}, `${label} `, made);
    }

    // what is asked for, which stands in the address

    change(name, value) {
      this.state[name] = value;
      this.times = 1;
      this.remember();
      this.show();
    }

    remember() {
      const { command, ...others } = this.state;
      const found = Object.entries({ ...others, command: command === "select" ? "" : command });
      const hash = `#${new URLSearchParams(found.filter(([, value]) => value))}`;
      try {
        window.history.replaceState(null, "", hash);
      } catch {
        window.location.hash = hash;
      }
    }

    restore() {
      const asked = new URLSearchParams(window.location.hash.slice(1));
      const one = (name, known) => (known.includes(asked.get(name)) ? asked.get(name) : "");
      this.times = 1;
      this.state = {
        role: one("role", data.roles.map(([name]) => name)),
        cell: one("cell", data.words.flatMap((word) => word.split(": "))),
        group: one("group", data.groups),
        schema: one("schema", data.schemas),
        table: asked.get("table") || "",
        roles: one("roles", ["all"]),
        command: one("command", [...COMMANDS, "all"]) || "select",
      };
      this.show();
    }

    // the table

    // A role each; of one role alone all its commands.
    columns() {
      const { role, roles, command } = this.state;
      const index = data.roles.findIndex(([name]) => name === role);
      if (role && command === "all") return COMMANDS.map((one) => ({ role: index, command: one, head: one }));
      const shown = role ? [index] : roles ? data.roles.map((_, place) => place) : data.first;
      return shown.map((place) => ({ role: place, command, head: data.roles[place][0], page: data.roles[place][1] }));
    }

    // The commands of a cell with their words: what differs with WHERE, or for new rows, is told beside.
    told(relation, { role, command }) {
      const words = relation.cells[role], word = (act) => words[data.acts.indexOf(act)];
      const acts = data.acts.filter((act) => command === "all" || act.split(" ")[0] === command);
      return acts
        .filter((act) => !VARIANTS[act] || word(act) !== word(act.split(" ")[0]))
        .map((act) => ({ act, place: data.acts.indexOf(act), word: word(act) }));
    }

    // What most of a group have, for each column; where it is too small to have a usual answer, most of all.
    usual(columns) {
      const most = (relations, column) => {
        const counts = new Map();
        for (const relation of relations) {
          const key = this.key(relation, column);
          counts.set(key, (counts.get(key) || 0) + 1);
        }
        const [key, count] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a));
        return count * 2 > relations.length ? key : null;
      };
      return new Map(data.sections.map(([section, relations]) => {
        const among = relations.length < GROUP ? data.relations : relations;
        return [section, columns.map((column) => most(among, column))];
      }));
    }

    key(relation, column) {
      return this.told(relation, column).map(({ act, word }) => `${act}=${word}`).join();
    }

    has(relation, columns, wanted) {
      return columns.some((column) =>
        this.told(relation, column).some(({ word }) => word.split(": ").includes(wanted)));
    }

    show() {
      const { state } = this, columns = this.columns(), usual = this.usual(columns);
      const text = fold(state.table);
      const shown = data.sections.map(([section, relations]) => [section, relations.filter((relation) =>
        (!state.schema || relation.schema === state.schema) &&
        (!state.group || relation.group === state.group) &&
        (!text || fold(relation.full).includes(text)) &&
        (!state.cell || this.has(relation, columns, state.cell)))]);
      const total = shown.reduce((sum, [, relations]) => sum + relations.length, 0);
      // At once as many rows as a browser lays out without a pause.
      const part = Math.max(ROWS, Math.floor(CELLS / columns.length)), most = this.times * part;
      let left = most;
      const bodies = shown.flatMap(([section, all]) => {
        const relations = all.slice(0, left);
        left -= relations.length;
        return relations.length ? [this.body(section, relations, columns, usual.get(section))] : [];
      });
      this.table.replaceChildren(this.head(columns), ...bodies);
      const first = this.table.querySelector(".sb-access__cell");
      if (first) first.tabIndex = 0;
      const all = data.relations.length, rest = total - most;
      this.status.textContent = total === all ? `${all} tables and views` : `${total} of ${all} tables and views`;
      this.more.textContent = `Show ${Math.min(rest, part)} more`;
      this.more.hidden = rest <= 0;
      this.press();
    }

    press() {
      const { state, selects } = this;
      for (const one of this.root.querySelectorAll("[data-command]")) {
        one.setAttribute("aria-pressed", String(one.dataset.command === state.command));
      }
      for (const [name, label] of Object.entries(selects)) label.lastElementChild.value = state[name];
      if (this.search.value.trim() !== state.table) this.search.value = state.table;
      this.every.hidden = Boolean(state.role) || data.first.length === data.roles.length;
      this.every.textContent = state.roles ? "Show fewer roles" : `Show all ${data.roles.length} roles`;
    }

    head(columns) {
      const heads = columns.map(({ head, page }) =>
        html("th", { scope: "col" }, page ? html("a", { href: this.url(page) }, head) : head));
      return html("thead", {}, html("tr", {}, html("th", { scope: "col" }, "Table or view"), ...heads));
    }

    body(section, relations, columns, usual) {
      const body = html("tbody");
      if (data.sections.length > 1) {
        const heading = html("span", {}, section);
        const cell = html("th", { scope: "rowgroup", colspan: columns.length + 1 }, heading);
        body.append(html("tr", { class: "sb-access__section" }, cell));
      }
      body.append(...relations.map((relation) => this.row(relation, columns, usual)));
      return body;
    }

    row(relation, columns, usual) {
      const parts = this.name(relation).split(/(?<=[._])/).flatMap(part => [part, html("wbr")]);
      const name = html("a", { href: this.page(relation) }, html("code", {}, ...parts));
      const kind = relation.kind ? [" ", html("small", {}, relation.kind)] : [];
      const cells = columns.map((column, place) => html("td", {}, this.cell(relation, column, usual[place])));
      return html("tr", {}, html("th", { scope: "row" }, name, ...kind), ...cells);
    }

    name(relation) {
      return relation.schema === "public" || !relation.group ? relation.name : relation.full;
    }

    // Each word once, with the commands that have it where there are several.
    cell(relation, column, usual) {
      const told = this.told(relation, column), { cell } = this.state;
      const isWanted = told.some(({ word }) => word.split(": ").includes(cell));
      const isUsual = cell ? !isWanted : this.key(relation, column) === usual;
      const made = html("button", {
        type: "button", class: "sb-access__cell", tabindex: "-1", "aria-expanded": "false",
        "data-usual": isUsual ? "" : false,
      });
      for (const acts of group(told, ({ word }) => word)) {
        const [{ word }] = acts;
        const names = acts.map(({ act }) => VARIANTS[act] && column.command !== "all" ? VARIANTS[act] : act);
        const isPlain = column.command !== "all" && !VARIANTS[acts[0].act];
        const line = html("span", { class: "sb-access__word", "data-word": slug(word) }, word);
        if (!isPlain) line.append(html("small", {}, ` ${names.join(", ")}`));
        made.append(line);
      }
      made.about = { relation, column, told };
      return made;
    }

    // Arrows go from cell to cell, so that the table is one stop of the Tab key.
    move(event) {
      const from = event.target.closest(".sb-access__cell");
      const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
      if (!from || !step) return;
      const rows = [...this.table.querySelectorAll("tr:has(.sb-access__cell)")];
      const row = from.closest("tr"), cells = [...row.querySelectorAll(".sb-access__cell")];
      const next = rows[rows.indexOf(row) + step[0]]?.querySelectorAll(".sb-access__cell");
      const to = next?.[cells.indexOf(from) + step[1]];
      if (!to) return;
      event.preventDefault();
      from.tabIndex = -1;
      to.tabIndex = 0;
      to.focus();
    }

    // reasons

    why(cell) {
      const wasOpen = cell.getAttribute("aria-expanded") === "true";
      this.table.querySelector("[aria-expanded=true]")?.setAttribute("aria-expanded", "false");
      this.table.querySelector(".sb-access__why")?.remove();
      for (const other of this.table.querySelectorAll(".sb-access__cell[tabindex='0']")) other.tabIndex = -1;
      cell.tabIndex = 0;
      if (wasOpen) return;
      cell.setAttribute("aria-expanded", "true");
      const columns = cell.closest("tr").cells.length;
      const told = html("td", { colspan: columns }, html("p", { role: "status" }, "Loading the reasons …"));
      cell.closest("tr").after(html("tr", { class: "sb-access__why" }, told));
      reasons(this.root.dataset.reasons, () => told.replaceChildren(this.because(cell.about)));
    }

    because({ relation, column, told }) {
      const { sets, lists, cells } = data.reasons, role = data.roles[column.role];
      const set = sets[cells[relation.index][column.role]];
      // What is not granted is told together, else the commands with the same reasons.
      const key = ({ word, place }) => (word === "no grant" ? word : `${word}|${set[place]}`);
      const inner = html("div", { class: "sb-access__because" });
      for (const acts of group(told, key)) {
        const [{ word }] = acts;
        const names = acts.map(({ act }) => (VARIANTS[act] ? `${act.split(" ")[0]}, ${VARIANTS[act]}` : act));
        const title = html("p", {}, html("code", {}, role[0]), ` · ${names.join(" · ")} · `,
          html("code", {}, relation.full), ": ",
          html("strong", { class: "sb-access__word", "data-word": slug(word) }, word));
        const steps = [...new Set(acts.flatMap(({ place }) => lists[set[place]]))];
        const items = steps.map((step) => html("li", {}, ...this.step(data.reasons.steps[step], relation, role)));
        inner.append(title, html("ol", {}, ...items));
      }
      const doors = data.reasons.doors.filter(([of, , , roles]) =>
        of === relation.index && (!roles.length || roles.includes(column.role)));
      if (doors.length) {
        const items = doors.map(([, words, path]) => html("li", {}, html("a", { href: this.url(path) }, words)));
        inner.append(html("p", {}, "Ways around it:"), html("ul", {}, ...items));
      }
      return inner;
    }

    step([words, path, about, label], relation, role) {
      const text = words.replaceAll("\u0001", role[0]);
      if (!path) return [text];
      const href = path === "\u0001" ? this.url(role[1])
        : path[0] === "#" ? this.page(relation) + (path.length > 1 ? path : "") : this.url(path);
      const on = about ? [" on ", html("code", {}, about)] : [];
      return [html("a", { href }, text), ...on, label ? `: ${label}` : ""];
    }

    // addresses

    page(relation) {
      const folder = relation.kind.endsWith("view") ? "views" : "tables";
      return this.url(relation.page || `${relation.schema}/${folder}/${relation.name}`);
    }

    url(path) {
      const { pages, suffix } = this.root.dataset, [page, anchor] = path.split("#");
      const isFolder = suffix === "/" && /(^|\/)index$/.test(page);
      const address = isFolder ? page.replace(/index$/, "") : page + suffix;
      return pages + address + (anchor ? `#${anchor}` : "");
    }
  }

  function group(told, key) {
    const found = new Map();
    for (const one of told) found.set(key(one), [...(found.get(key(one)) || []), one]);
    return found.values();
  }

  function load(source, then) {
    const script = html("script", { src: source });
    script.addEventListener("load", then);
    document.head.append(script);
  }

  function reasons(source, then) {
    if (data.reasons) then();
    else load(source, then);
  }

  window.schemabookAccess = {
    cells(found) { data = decode(found); },
    reasons(found) { data.reasons = found; },
  };

  function start() {
    const root = document.querySelector(".sb-access:not([data-started])");
    if (!root) return;
    root.dataset.started = "";
    load(root.dataset.cells, () => new View(root));
  }

  start();
  // Material loads the next page without a new document where its instant loading is on.
  if (window.document$) window.document$.subscribe(start);
})();
