// What words are to the search: letters without case and accents, parts of names, and where they stand in a text.
(() => {
  "use strict";

  const fold = window.schemabookFold;

  // The parts of names, with one space between them: `LogEntry` and `log_entry` are `log entry`. Lines stay lines.
  const parts = names =>
    fold(names.replace(/([\p{Ll}\p{N}])(?=\p{Lu})|(\p{Lu})(?=\p{Lu}\p{Ll})/gu, "$1$2 "))
      .replace(/[^\p{L}\p{N}\n]+/gu, " ").replace(/^ | $/gm, "");

  // How a word may stand in a name: `entry` also as `entries`, `users` also as `user`.
  const forms = word => {
    if (word.length < 4) return [word];
    if (word.endsWith("ies")) return [word, word.slice(0, -3) + "y"];
    if (word.endsWith("y")) return [word, word.slice(0, -1) + "ies"];
    return word.endsWith("s") && !word.endsWith("ss") ? [word, word.slice(0, -1)] : [word];
  };

  const letter = /[\p{L}\p{N}]/u;
  const isLetter = code => (code > 96 && code < 123) || (code > 47 && code < 58) ||
    (code > 127 && letter.test(String.fromCharCode(code)));

  // Writing without spaces has no beginnings of words: there any place will do.
  const beginsWord = (text, at) => text.charCodeAt(at) > 0x2e7f || !isLetter(text.charCodeAt(at - 1));

  // Which letters of a text show why it was found: a list of [start, end], in order.
  const marks = (text, query, isName) => {
    const { plain, places, begins } = letters(text, isName);
    const found = query.words.flatMap(word => placeOf(word, plain, begins, isName));
    const whole = isName && query.joined ? plain.indexOf(query.joined) : -1;
    if (whole >= 0) found.push([whole, query.joined.length]);
    if (isName && !found.length) found.push(...single(plain, query.joined));
    return merged(found.map(([at, length]) => [places[at], places[at + length - 1] + 1]));
  };

  // The folded letters of a text, where each stood, and which of them begin a word; of names without separators.
  const letters = (text, isName) => {
    const places = [], begins = [];
    let plain = "", before = " ";
    for (let at = 0; at < text.length; before = text[at++]) {
      // Of a letter that stands for two, as ß for ss, the second begins nothing.
      let first = true;
      for (const letter of fold(text[at])) {
        if (isName && !isLetter(letter.charCodeAt(0))) continue;
        const above = fold(before);
        places.push(at);
        begins.push(first && (beginsWord(above + letter, above.length) || parts(before + text[at]).includes(" ")));
        plain += letter;
        first = false;
      }
    }
    return { plain, places, begins };
  };

  // The first place of a word, as [position, length] in a list; in a name also where it begins no part.
  const placeOf = (word, plain, begins, anywhere) => {
    for (const form of forms(word)) {
      let at = plain.indexOf(form);
      const first = at;
      while (at >= 0 && !begins[at]) at = plain.indexOf(form, at + 1);
      if (at < 0 && anywhere) at = first;
      if (at >= 0) return [[at, form.length]];
    }
    return [];
  };

  // The letters of an abbreviation, one by one.
  const single = (plain, abbreviation) => {
    let at = -1;
    const found = [...abbreviation].map(letter => [at = plain.indexOf(letter, at + 1), 1]);
    return found.every(([place]) => place >= 0) ? found : [];
  };

  const merged = ranges => {
    const result = [];
    for (const [start, end] of ranges.sort((a, b) => a[0] - b[0])) {
      const last = result.at(-1);
      if (last && start <= last[1]) last[1] = Math.max(last[1], end);
      else result.push([start, end]);
    }
    return result;
  };

  window.schemabookSearch.words = { fold, parts, forms, isLetter, beginsWord, marks };
})();
