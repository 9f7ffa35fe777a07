// What stands around the stage: the tools, the list of groups and tables, the finder, and a table's panel.
(function () {
  "use strict";
  const map = window.schemabookViewer;
  const MOST_FOUND = 30, MOST_LISTED = 60;

  // An element of HTML; strings among the children are its text, never markup.
  map.html = function (name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else if (value === true) element.setAttribute(key, "");
      else if (value !== false && value != null) element.setAttribute(key, value);
    }
    element.append(...children);
    return element;
  };
  const html = map.html;

  map.tools = function (viewer) {
    const { model, stage } = viewer;
    const button = (text, label, onclick, more) => html("button", { type: "button", title: label, "aria-label": label, onclick, ...more }, text);
    const modes = ["names", "keys", "columns"].map((mode) => html("button", {
      type: "button", "data-mode": mode, "aria-pressed": String(mode === stage.mode), onclick: () => viewer.setMode(mode),
    }, mode[0].toUpperCase() + mode.slice(1)));
    const hubs = model.tables.filter((table) => table.hub).length;
    const also = (what, text, title, there) => html("button", {
      type: "button", "data-also": what, "aria-pressed": "false", hidden: !there, title, onclick: () => viewer.drawAlso(what),
    }, text);
    return html("div", { class: "sb-tools", role: "toolbar", "aria-label": "Map" },
      button("☰", "List of tables", () => viewer.toggleList(), { class: "sb-list-button", "aria-expanded": "false" }),
      finder(viewer),
      html("span", { class: "sb-modes", role: "group", "aria-label": "Show" }, ...modes),
      also("hubs", "Links to hubs", `${hubs} tables that very many others reference`, hubs),
      also("policies", "Row security", "Tables that policies of other tables read, such as memberships", has(model, map.POLICY)),
      html("span", { class: "sb-zoom", role: "group", "aria-label": "Zoom" },
        button("Fit", "Fit the whole map (0)", () => stage.fit(null, 0, true), { class: "sb-fit" }),
        button("+", "Zoom in (+)", () => stage.zoom(1.25)), button("−", "Zoom out (−)", () => stage.zoom(0.8))));
  };

  function has(model, kind) {
    return model.links.some((link) => link.kind === kind);
  }

  // The finder: a box with a list of what matches, for keys and pointer.
  function finder(viewer) {
    let found = [], active = 0;
    const list = html("ul", { class: "sb-found", id: "sb-found", role: "listbox", "aria-label": "Tables found", hidden: true });
    const input = html("input", {
      type: "search", class: "sb-find", placeholder: "Find a table  /", "aria-label": "Find a table", role: "combobox",
      "aria-expanded": "false", "aria-controls": "sb-found", autocomplete: "off", spellcheck: "false",
      oninput: update, onkeydown: key, onfocus: update, onblur: () => setTimeout(close, 150),
    });

    function update() {
      found = map.find(viewer.model, input.value, MOST_FOUND);
      active = 0;
      list.replaceChildren(...found.map((table, index) => html("li", {
        role: "option", id: `sb-found-${index}`, onpointerdown: (event) => event.preventDefault(), onclick: () => choose(table),
      }, table.name, html("small", {}, table.schemaName))));
      if (input.value.trim() && !found.length) list.append(html("li", { class: "sb-none" }, "No table of that name"));
      const open = list.childElementCount > 0;
      list.hidden = !open;
      input.setAttribute("aria-expanded", String(open));
      light();
    }

    function light() {
      [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === active)));
      input.setAttribute("aria-activedescendant", found.length ? `sb-found-${active}` : "");
      list.children[active]?.scrollIntoView({ block: "nearest" });
    }

    function key(event) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && found.length) {
        active = (active + step + found.length) % found.length;
        light();
      } else if (event.key === "Enter" && found.length) choose(found[active]);
      else if (event.key === "Escape") {
        close();
        viewer.stage.svg.focus();
      } else return;
      event.preventDefault();
      event.stopPropagation();
    }

    function choose(table) {
      input.value = "";
      close();
      viewer.choose(table);
      viewer.stage.svg.focus({ preventScroll: true });
    }

    function close() {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
    }

    return html("div", { class: "sb-finder" }, input, list);
  }

  // The list of groups and tables: the same map for those who read and do not look; and the filters.
  map.list = function (viewer) {
    const { model } = viewer;
    const filters = [];
    if (model.schemas.length > 1) filters.push(filter(viewer, "schema", "Schemas", model.schemas));
    if (model.kinds.length > 1) filters.push(filter(viewer, "kind", "Kinds", model.kinds));
    return html("nav", { class: "sb-list", "aria-label": "Groups and tables" },
      html("p", { class: "sb-count" }),
      ...filters,
      html("h2", {}, "Groups"),
      html("div", { class: "sb-all" },
        html("button", { type: "button", onclick: () => viewer.showAll(true) }, "All"),
        html("button", { type: "button", onclick: () => viewer.showAll(false) }, "None")),
      ...model.groups.map((group) => groupItem(viewer, group)), legend(model));
  };

  function filter(viewer, kind, title, names) {
    return html("fieldset", { class: "sb-filter" }, html("legend", {}, title),
      ...names.map((name, index) => html("label", {}, box(viewer, kind, index), name)));
  }

  function box(viewer, kind, index, label) {
    return html("input", {
      type: "checkbox", checked: true, "data-filter": kind, "data-index": index, "aria-label": label,
      onchange: (event) => viewer.show(kind, index, event.target.checked),
    });
  }

  function groupItem(viewer, group) {
    const items = html("ul", {});
    const details = html("details", {
      ontoggle: () => {
        // Only when it is opened: thousands of items take long.
        if (details.open && !items.childElementCount) items.append(...group.tables.map((table) => tableItem(viewer, table)));
      },
    }, html("summary", {},
      html("span", { class: `sb-swatch c${group.colour}` }),
      html("span", { class: "sb-name" }, ...breakable(group.name)), html("small", {}, String(group.tables.length))), items);
    return html("div", { class: "sb-group" }, box(viewer, "group", group.index, `Show ${group.name}`), details,
      html("button", { type: "button", class: "sb-to", title: `Zoom to ${group.name}`, "aria-label": `Zoom to ${group.name}`,
        onclick: () => viewer.zoomToGroup(group) }, target()));
  }

  // A name that goes on in the next line after a dot or an underscore.
  function breakable(name) {
    return name.split(/(?<=[._])/).flatMap((part) => [part, html("wbr")]);
  }

  function target() {
    return map.svg("svg", { width: 12, height: 12, viewBox: "0 0 12 12", "aria-hidden": "true" },
      map.svg("path", { d: "M6 0v4M6 8v4M0 6h4M8 6h4M6 2a4 4 0 1 0 .01 0", fill: "none", stroke: "currentColor" }));
  }

  function tableItem(viewer, table) {
    return html("li", {}, tableLink(viewer, table, viewer.model.schemas.length > 1 && table.schemaName !== "public" ? table.full : table.name));
  }

  // A name that breaks between its words.
  const breaking = (name) => name.split(/(?<=_)(?=[^_])/).flatMap((word, index) => (index ? [html("wbr"), word] : [word]));

  function tableLink(viewer, table, ...text) {
    return html("a", {
      href: `#t=${encodeURIComponent(table.full)}`,
      onclick: (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        viewer.choose(table);
      },
    }, ...text);
  }

  function legend(model) {
    const rows = [
      ["M50 -4l-9 4 9 4", "many rows reference it"], ["M44 -3v6", "at most one row does"],
      ["M46 -3v6M42 -3v6", "each row references one"],
      ["M46 -3v6M44 0a2.5 2.5 0 1 0 -5 0a2.5 2.5 0 1 0 5 0", "it may reference none"],
    ];
    if (has(model, map.VIRTUAL)) rows.push(["", "no constraint says so", "line virtual"]);
    if (has(model, map.READS)) rows.push(["", "a view reads it", "line reads"]);
    if (has(model, map.POLICY)) rows.push(["", "its policies read it", "line policy"]);
    const picture = map.svg("svg", { class: "sb-signs", width: 220, height: 22 * rows.length + 8, "aria-hidden": "true" });
    rows.forEach(([sign, words, kind], index) => {
      const text = map.svg("text", { x: 60, y: 4 });
      text.textContent = words;
      picture.append(map.svg("g", { transform: `translate(0 ${22 * index + 12})` },
        map.svg("path", { class: kind || "line", d: "M4 0h46" }), map.svg("path", { class: "sign", d: sign }), text));
    });
    return html("details", { class: "sb-legend" }, html("summary", {}, "Signs and keys"), picture,
      html("p", {}, "Click a table for its links and columns, double-click for its page, Shift-click a second one for the path between them."),
      html("p", {}, "/ finds, arrows move, Shift and arrows go to the next table, 1 and 2 show what is so many links away, + − 0 zoom, Esc closes."));
  }

  // The panel of a table: its columns, and the links in both directions.
  map.panel = function (viewer, table) {
    const { model, stage } = viewer, href = stage.href(table);
    const title = href ? html("a", { href }, table.name) : table.name;
    const about = [table.schemaName, table.kindName === "outside" ? "not in the dump" : table.kindName];
    if (model.groups[table.group].name !== table.schemaName) about.push(model.groups[table.group].name);
    if (table.partitions) about.push(`${table.partitions} partitions`);
    return [
      html("div", { class: "sb-panel-head" }, html("h2", {}, title), closeButton(viewer)),
      html("p", { class: "sb-about" }, about.join(" · ")),
      html("p", {},
        html("button", { type: "button", class: "sb-path", onclick: () => viewer.startPath(table) }, "Path to…"),
        html("button", { type: "button", onclick: () => stage.centre(table, true) }, "Centre"),
        html("span", { class: "sb-hops", role: "group", "aria-label": "How far" }, ...[1, 2].map((hops) => html("button", {
          type: "button", title: `Show what is ${hops === 1 ? "one link" : "two links"} away (${hops})`,
          "aria-pressed": String(hops === stage.hops), "data-hops": hops, onclick: () => viewer.setHops(hops),
        }, hops === 1 ? "1 hop" : "2 hops")))),
      ...columns(viewer, table),
      ...linkList(viewer, ["References", "Reads", "Its policies read"], table.out, (link) => link.target),
      ...linkList(viewer, ["Referenced by", "Read by", "Read by policies of"], table.in, (link) => link.origin),
    ];
  };

  function closeButton(viewer) {
    return html("button", { type: "button", class: "sb-close", "aria-label": "Close", onclick: () => viewer.select(null) }, "×");
  }

  function columns(viewer, table) {
    if (!table.columns) {
      viewer.needColumns(() => viewer.selected === table && viewer.showPanel());
      return [];
    }
    const rows = table.columns.map((column, index) => {
      const key = table.out.find((link) => link.columns.includes(index));
      const words = breaking(column.name), name = key ? [tableLink(viewer, key.target, ...words)] : words;
      return html("tr", {}, html("td", { class: "sb-mark" }, column.primary ? "PK" : column.foreign ? "FK" : ""),
        html("td", {}, ...name), html("td", {}, column.type + (column.required || !column.type ? "" : "?")));
    });
    return [html("table", { class: "sb-columns" }, html("caption", {}, `${rows.length} columns; ? may be null`), html("tbody", {}, ...rows))];
  }

  // A list for keys, one for views, and one for policies.
  function linkList(viewer, titles, links, other) {
    const found = titles.map((words, index) => [words, links.filter((link) => Math.max(0, link.kind - 1) === index)]);
    return found.filter(([, own]) => own.length).flatMap(([words, own]) => {
      const more = own.length - MOST_LISTED;
      const items = own.slice(0, MOST_LISTED).map((link) =>
        html("li", {}, tableLink(viewer, other(link), other(link).name), html("small", {}, viewer.columnsOf(link))));
      if (more > 0) items.push(html("li", {}, `and ${more} more`));
      return [html("h3", {}, `${words} (${own.length})`), html("ul", {}, ...items)];
    });
  }

  // The panel of a way between two tables, or of the question which one.
  map.wayPanel = function (viewer, from, to, way) {
    const head = html("div", { class: "sb-panel-head" }, html("h2", {}, to ? "Path" : "Path to…"), closeButton(viewer));
    if (!to) return [head, html("p", {}, `From ${from.name}: click the second table, or find it with /.`)];
    if (!way) return [head, html("p", {}, `No foreign keys connect ${from.name} and ${to.name}.`)];
    const steps = way.map((link) => html("li", {}, tableLink(viewer, link.origin, link.origin.name),
      " → ", tableLink(viewer, link.target, link.target.name), html("small", {}, viewer.columnsOf(link))));
    return [head, html("p", {}, `${from.name} to ${to.name}: ${way.length} ${way.length === 1 ? "step" : "steps"}`), html("ol", {}, ...steps)];
  };
})();
