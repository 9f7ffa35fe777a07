// Which part of the map is seen, and how large. Who extends it says what there is to see: `extent`, `draw`.
(function () {
  "use strict";
  const map = window.schemabookViewer;
  const FARTHEST = 0.02, NEAREST = 4, MARGIN = 16;

  map.Camera = class {
    constructor(svg) {
      this.svg = svg;
      this.scale = 1;
      this.x = this.y = 0; // of the map, at the upper left corner
      this.covered = { right: 0, below: 0 }; // by the panel
    }

    resize() {
      const box = this.svg.getBoundingClientRect();
      this.width = box.width;
      this.height = box.height;
      this.moved();
    }

    // Draws in the next frame, however often it is called before.
    moved() {
      if (this.waiting || !this.width) return;
      this.waiting = requestAnimationFrame(() => {
        this.waiting = 0;
        this.draw();
      });
    }

    // How large a box can be drawn in the free part of the stage.
    scaleOf({ width, height }) {
      const { right, below } = this.covered;
      return Math.min((this.width - right - 2 * MARGIN) / width, (this.height - below - 2 * MARGIN) / height);
    }

    // Shows a box of the map, or the whole map, beside the panel.
    fit(box, nearest, animate) {
      const { x, y, width, height } = box || this.extent();
      const wide = this.width - this.covered.right, high = this.height - this.covered.below;
      const scale = Math.max(FARTHEST, Math.min(this.scaleOf({ width, height }), nearest || 1.25));
      this.goTo(x + width / 2 - wide / 2 / scale, y + height / 2 - high / 2 / scale, scale, animate);
      this.fitted = box || animate ? null : [this.x, this.y, this.scale];
    }

    // Whether all of the map is seen, as `fit` has left it.
    isFitted() {
      return !!this.fitted && this.fitted.every((value, index) => value === [this.x, this.y, this.scale][index]);
    }

    goTo(x, y, scale, animate) {
      cancelAnimationFrame(this.flight);
      const still = !animate || matchMedia("(prefers-reduced-motion: reduce)").matches;
      const from = [this.x, this.y, this.scale], start = performance.now();
      const step = (now) => {
        const share = still ? 1 : Math.min(1, (now - start) / 250), eased = 1 - (1 - share) ** 3;
        // The size changes evenly by factors; what is in the middle moves evenly.
        this.scale = from[2] * (scale / from[2]) ** eased;
        const middleX = from[0] + this.width / 2 / from[2], middleY = from[1] + this.height / 2 / from[2];
        const toX = x + this.width / 2 / scale, toY = y + this.height / 2 / scale;
        this.x = middleX + (toX - middleX) * eased - this.width / 2 / this.scale;
        this.y = middleY + (toY - middleY) * eased - this.height / 2 / this.scale;
        this.moved();
        if (share < 1) this.flight = requestAnimationFrame(step);
      };
      if (still) step(start);
      else this.flight = requestAnimationFrame(step);
    }

    // Moves as little as it takes to bring a box out from under the panel; what is too large begins at its corner.
    uncover({ x, y, width, height }) {
      const edge = MARGIN / this.scale;
      const shift = (from, to, start, end) => Math.min(from - edge - start, 0) || Math.max(0, Math.min(to + edge - end, from - edge - start));
      const right = this.x + (this.width - this.covered.right) / this.scale;
      const below = this.y + (this.height - this.covered.below) / this.scale;
      const dx = shift(x, x + width, this.x, right), dy = shift(y, y + height, this.y, below);
      if (dx || dy) this.goTo(this.x + dx, this.y + dy, this.scale, true);
    }

    pan(dx, dy) {
      cancelAnimationFrame(this.flight);
      this.x -= dx / this.scale;
      this.y -= dy / this.scale;
      this.moved();
    }

    zoom(factor, x = this.width / 2, y = this.height / 2) {
      cancelAnimationFrame(this.flight);
      const scale = Math.min(NEAREST, Math.max(FARTHEST, this.scale * factor));
      this.x += x / this.scale - x / scale;
      this.y += y / this.scale - y / scale;
      this.scale = scale;
      this.moved();
    }

    // A part of the map always stays in sight.
    keepInSight() {
      const { x, y, width, height } = this.extent(), rest = 60 / this.scale;
      this.x = Math.min(Math.max(this.x, x - this.width / this.scale + rest), x + width - rest);
      this.y = Math.min(Math.max(this.y, y - this.height / this.scale + rest), y + height - rest);
    }

    sees(box) {
      const { x, y, scale } = this, edge = 40 / scale;
      return box.x < x + this.width / scale + edge && box.x + box.width > x - edge
        && box.y < y + this.height / scale + edge && box.y + box.height > y - edge;
    }

    // Whether a point of the screen is in a box of the map.
    within(clientX, clientY) {
      const corner = this.svg.getBoundingClientRect();
      const x = this.x + (clientX - corner.left) / this.scale, y = this.y + (clientY - corner.top) / this.scale;
      return (box) => x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
    }
  };
})();
