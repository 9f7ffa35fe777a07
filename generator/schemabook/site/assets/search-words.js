// What words are to the search: letters without case and accents, parts of names, what was typed, and where it stands
// in a text.
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

  const MOST_WORDS = 12;

  // Words of a question that say nothing of what is asked for, and those that say nothing beside the name of an object.
  const FILLERS = new Set(("a an and are as at been by can did do does for from has have how i in is it may me my of" +
    " on or the there to was were what when where which who whose why with").split(" "));
  const IGNORED = new Set([...FILLERS, ..."table tables view views function functions all any every".split(" ")]);

  // What a reader typed, in the shapes that names are compared in.
  class Query {
    constructor(typed) {
      // What follows a function's name are its arguments.
      this.raw = typed.trim().replace(/(?<=.)\(.*$/, "");
      const plain = this.raw.replace(/["`]/g, "");
      this.folded = fold(plain);
      this.parts = parts(plain.replace(/\n/g, " "));
      const words = this.parts.split(" ").filter(Boolean);
      const telling = words.length > 2 ? words.filter(word => !FILLERS.has(word)) : words;
      this.words = (telling.length ? telling : words).slice(0, MOST_WORDS);
      this.typed = words;
      // Of each word, whether it is a part of a longer name: `at` in price_at says something.
      this.inName = plain.split(/\s+/).flatMap(name => {
        const own = parts(name).split(" ").filter(Boolean);
        return own.map(() => own.length > 1);
      });
      const named = words.filter(word => !IGNORED.has(word));
      // `table orders` asks for orders.
      this.telling = named.length && named.length < words.length ? named.join(" ") : "";
      this.joined = words.join("");
      this.names = namesOf(words);
      this.all = 2 ** this.words.length - 1;
      // With separators, or made of nothing else.
      this.mixed = words.length !== 1;
      this.capitals = /\p{Lu}/u.test(plain);
      // `orders.` asks for what belongs to orders.
      this.inside = plain.endsWith(".");
      this.dotted = plain.includes(".");
    }
  }

  // Which rows of `{title, ways}` a question asks for, those that take most of its words first, and the names that
  // the rest of it may be, as they are compared; none where there is no rest.
  const asked = ({ typed, inName }, rows) => {
    const found = typed.length < 2 ? [] : rows.flatMap(row => {
      const taken = row.ways.map(way => takenBy(way, typed)).reduce((a, b) => (b.size > a.size ? b : a));
      const rest = typed.filter((word, at) => !taken.has(at) && (inName[at] || !IGNORED.has(word)));
      return taken.size ? [{ ...row, size: taken.size, names: rest.length ? namesOf(rest) : null }] : [];
    });
    return found.sort((a, b) => b.size - a.size);
  };

  // Where in a question the words of a way to ask are, if all of them are there.
  const takenBy = (way, typed) => {
    const taken = way.map(word => typed.findIndex(one => forms(one).includes(word)));
    return new Set(taken.includes(-1) ? [] : taken);
  };

  // The parts of the names that words may be: `story` is also stories.
  const namesOf = words => {
    const last = words.at(-1) || "", before = words.slice(0, -1).map(word => word + " ").join("");
    return new Set([...forms(last), last + "s"].map(form => before + form));
  };

  const letter = /[\p{L}\p{N}]/u;
  const isLetter = code => (code > 96 && code < 123) || (code > 47 && code < 58) ||
    (code > 127 && letter.test(String.fromCharCode(code)));

  // Writing without spaces has no beginnings of words: there any place will do.
  const beginsWord = (text, at) => text.charCodeAt(at) > 0x2e7f || !isLetter(text.charCodeAt(at - 1));

  // One long string of lines, and where each begins.
  class Lines {
    constructor(text) {
      this.text = "\n" + text + "\n";
      this.starts = [0];
      const next = from => this.text.indexOf("\n", from);
      for (let at = next(1); at >= 0; at = next(at + 1)) this.starts.push(at);
      this.starts = Int32Array.from(this.starts);
    }

    // Calls visit(line, position) for each place of the needle that is accepted, until it says the line is done.
    scan(needle, visit, accept = () => true) {
      const { text, starts } = this;
      let line = 0;
      for (let at = text.indexOf(needle); at >= 0;) {
        let next = at + 1;
        if (accept(at)) {
          line = this.line(at, line);
          if (visit(line, at)) next = starts[line + 1];
        }
        at = text.indexOf(needle, next);
      }
    }

    // The line of a position, at `from` or after it.
    line(at, from) {
      let [low, high] = [from, this.starts.length - 2];
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (this.starts[middle] <= at) low = middle;
        else high = middle - 1;
      }
      return low;
    }
  }

  // Which first letters are found once a part may be used, as bits; of a part that is used, the first letter is there.
  const extended = (reached, letters, part) => {
    let found = 0;
    for (let from = 0; reached >> from; from++) {
      if (!(reached >> from & 1) || part[0] !== letters[from]) continue;
      for (let at = 0, to = from; to < letters.length; at++) {
        at = part.indexOf(letters[to], at);
        if (at < 0) break;
        found |= 1 << ++to;
      }
    }
    return found;
  };

  // Whether letters abbreviate a name: `usrprf` is us(e)r pr(o)f(iles). Of a name of several parts it takes two.
  const abbreviates = (letters, name) => {
    const parts = name.split(" ");
    let one = 0, more = 0;
    for (const part of parts) {
      more |= extended(one | more, letters, part);
      one |= extended(1, letters, part);
    }
    return ((parts.length > 1 ? more : one) >> letters.length & 1) === 1;
  };

  // Whether words stand in a text one after the other, with little between them.
  const isPhrase = (text, words) => {
    let at = text.indexOf(words[0]), end = at;
    const first = at;
    for (const word of words) {
      at = text.indexOf(word, end);
      if (at < 0) return false;
      end = at + word.length;
    }
    return end - first < 2 * words.join(" ").length + 8;
  };

  // Which letters of a text show why it was found: a list of [start, end], in order.
  const marks = (text, query, isName) => {
    const { plain, places, begins } = letters(text, isName);
    // One letter of several words is everywhere.
    const words = query.words.filter((word, _, all) => word.length > 1 || all.length < 2);
    const found = words.flatMap(word => placeOf(word, plain, begins, isName));
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

  window.schemabookSearch.words = {
    Lines, Query, abbreviates, asked, beginsWord, fold, forms, isLetter, isPhrase, marks, parts,
  };
})();
