// Pointer, wheel and keys.
(function () {
  "use strict";
  const map = window.schemabookViewer;
  const CLICK = 5; // a pointer that moved less has clicked

  map.listenToPointer = function (stage, on) {
    const pointers = new Map();
    let moved = 0, pinch = null;
    const svg = stage.svg;

    svg.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      pointers.set(event.pointerId, [event.clientX, event.clientY]);
      if (pointers.size === 1) moved = 0;
      pinch = null;
    });
    svg.addEventListener("pointermove", (event) => {
      const before = pointers.get(event.pointerId);
      if (!before) {
        if (event.pointerType !== "touch") on.hover(stage.tableAt(event.clientX, event.clientY) || null, event);
        return;
      }
      const dx = event.clientX - before[0], dy = event.clientY - before[1];
      moved += Math.hypot(dx, dy);
      pointers.set(event.pointerId, [event.clientX, event.clientY]);
      if (moved <= CLICK) return;
      // Only now: a captured pointer would take the click from the card's link.
      if (!svg.hasPointerCapture(event.pointerId)) svg.setPointerCapture(event.pointerId);
      svg.classList.add("dragged");
      if (pointers.size === 1) stage.pan(dx, dy);
      else pinched();
    });
    for (const kind of ["pointerup", "pointercancel"]) {
      svg.addEventListener(kind, (event) => {
        pointers.delete(event.pointerId);
        pinch = null;
        svg.classList.remove("dragged");
      });
    }
    svg.addEventListener("pointerleave", () => on.hover(null));

    // The map goes with the middle of two fingers, and grows as they part.
    function pinched() {
      const [one, other] = [...pointers.values()], box = svg.getBoundingClientRect();
      const apart = Math.hypot(one[0] - other[0], one[1] - other[1]);
      const x = (one[0] + other[0]) / 2 - box.left, y = (one[1] + other[1]) / 2 - box.top;
      if (pinch) {
        stage.pan(x - pinch.x, y - pinch.y);
        stage.zoom(apart / pinch.apart, x, y);
      }
      pinch = { apart, x, y };
    }

    svg.addEventListener("wheel", (event) => {
      event.preventDefault();
      const box = svg.getBoundingClientRect();
      const lines = event.deltaMode === 1 ? 20 : 1;
      const factor = Math.exp(-Math.max(-80, Math.min(80, event.deltaY * lines)) * (event.ctrlKey ? 0.01 : 0.003));
      stage.zoom(factor, event.clientX - box.left, event.clientY - box.top);
    }, { passive: false });

    svg.addEventListener("dragstart", (event) => event.preventDefault());
    svg.addEventListener("click", (event) => {
      // Enter on a card, or a click that opens another tab, is the link's own.
      if (event.detail === 0 || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      if (moved > CLICK) return;
      const table = stage.tableAt(event.clientX, event.clientY);
      if (table) on.select(table, event.shiftKey);
      else on.ground(stage.groupAt(event.clientX, event.clientY));
    });
    svg.addEventListener("dblclick", (event) => {
      const table = stage.tableAt(event.clientX, event.clientY);
      if (table) on.open(table);
    });
    svg.addEventListener("focusin", (event) => {
      const card = event.target.closest?.("[data-t]");
      if (card && event.target.matches(":focus-visible")) on.hover(stage.model.tables[card.dataset.t]);
    });
  };

  const MOVES = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

  // Keys of the whole page, before the theme takes them for its own search.
  map.listenToKeys = function (root, stage, on) {
    const listener = (event) => {
      if (!root.isConnected) {
        window.removeEventListener("keydown", listener, true);
        return;
      }
      if (handle(event)) {
        event.preventDefault();
        event.stopImmediatePropagation();
      }
    };
    window.addEventListener("keydown", listener, true);

    function handle(event) {
      const { key } = event;
      if ((event.ctrlKey || event.metaKey) && !event.altKey && key.toLowerCase() === "k") return on.find();
      if (event.ctrlKey || event.metaKey || event.altKey || writes(event.target)) return false;
      if (key === "/") return on.find();
      if (key === "Escape") return on.escape();
      if (/^[12]$/.test(key) && stage.selected && !stage.way) return done(on.hops(Number(key)));
      if (!isOurs(event.target)) return false;
      if (MOVES[key] && event.shiftKey) return on.neighbour(-MOVES[key][0], -MOVES[key][1]);
      if (MOVES[key]) return done(stage.pan(80 * MOVES[key][0], 80 * MOVES[key][1]));
      if (key === "+" || key === "=") return done(stage.zoom(1.25));
      if (key === "-" || key === "_") return done(stage.zoom(0.8));
      if (key === "0") return done(stage.fit(null, 0, true));
      if (key === "Enter" && event.target === stage.svg && stage.selected) return done(on.open(stage.selected));
      return false;
    }

    // In the list and in the panel arrows scroll.
    function isOurs(target) {
      return target === document.body || stage.svg.contains(target) || !!target.closest?.(".sb-tools");
    }
  };

  function writes(target) {
    return !!target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  }

  function done() {
    return true;
  }
})();
