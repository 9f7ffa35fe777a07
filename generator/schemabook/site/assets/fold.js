// Letters as whoever searches compares them, without case and accents: GRÖSSE is Größe, ΣΊΣΥΦΟΣ is Σίσυφος.
(() => {
  "use strict";

  // What is one letter more to Unicode, and none to who types without it; of sigma there are two small ones.
  const OTHERS = { æ: "ae", œ: "oe", ø: "o", đ: "d", ð: "d", ħ: "h", ł: "l", ŧ: "t", þ: "th", ς: "σ" };
  const other = new RegExp(`[${Object.keys(OTHERS).join("")}]`, "g");

  window.schemabookFold = text => {
    if (!/[^\x00-\x7f]/.test(text)) return text.toLowerCase();
    // Small letters may have the same capitals: ß is SS, the dotless ı is I. The capital ẞ has none but ß.
    const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().toUpperCase().toLowerCase();
    return plain.replace(other, letter => OTHERS[letter]);
  };
})();
