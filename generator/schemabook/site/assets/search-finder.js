// What a query finds, and in which order. This file touches no page: it gets data and gives results.
//
// Names are few and short, so every key looks at all of them again. That takes a few milliseconds because equal
// names (`id`, `created_at`) are looked at once, and because scanning one long string is what engines do best.
(() => {
  "use strict";

  const { fold, parts, forms, isLetter, beginsWord } = window.schemabookSearch.words;

  // How well an entry matches, best first.
  const AS_WRITTEN = 0;       // UserProfiles
  const EXACT = 1;            // userprofiles, for a name that differs in case only
  const QUALIFIED = 2;        // user_profiles.email, public.user_profiles
  const SAME_WORDS = 3;       // user profiles, userProfiles
  const QUALIFIED_WORDS = 4;  // user profiles email
  const PREFIX = 5;           // user_pro
  const QUALIFIED_PREFIX = 6; // user_profiles.em
  const JOINED_PREFIX = 7;    // userpro
  const PARTS = 8;            // us pro, of one name in this order; er_prof
  const PARTS_ANYHOW = 9;     // profiles user
  const QUALIFIED_PARTS = 10; // auth email: some words of the name, the others of what it belongs to
  const PART = 11;            // rofil
  const ABBREVIATION = 12;    // usrprf
  const IN_TEXT = 13;
  const SOME_WORDS = 14;      // not all, but nothing has all
  const NONE = 15;

  // From this rank on names repeat those of tables, or are sentences: policies, keys, indexes.
  const MINOR = 9;
  const MOST_WORDS = 12;
  const GROUP = 8;            // as many of one kind and match come first, so that no kind hides the others
  const INDEX_BITS = 2 ** 20; // the last part of a sort key; more entries than any schema has
  const CLOSENESS = 64;
  const RANKS = 16;

  // Words of a question that say nothing of what is asked for.
  const FILLERS = new Set(("a an and are as at be by can do does for from how i in is it my of on or the to" +
    " what when where which who why with").split(" "));

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
      this.joined = words.join("");
      this.all = 2 ** this.words.length - 1;
      // With separators, or made of nothing else.
      this.mixed = words.length !== 1;
      this.capitals = /\p{Lu}/u.test(plain);
      // `orders.` asks for what belongs to orders.
      this.inside = plain.endsWith(".");
      this.dotted = plain.includes(".");
    }
  }

  class Finder {
    constructor({ legend, kinds, names, pages, anchors }) {
      this.count = kinds.length;
      this.kinds = Array.from(kinds, letter => legend[letter]);
      this.names = names.split("\n");
      this.pages = pages.split("\n");
      this.anchors = anchors.split("\n");
      this.parents = this.findParents();
      this.collectNames();
    }

    findParents() {
      const last = [-1, -1, -1];
      return Int32Array.from(this.kinds, ([, depth], entry) => {
        last[depth] = entry;
        return depth ? last[depth - 1] : -1;
      });
    }

    // Equal names are kept once: `unique`, and for each entry the number of its name.
    collectNames() {
      const numbers = new Map();
      this.nameOf = Int32Array.from(this.names, name => {
        if (!numbers.has(name)) numbers.set(name, numbers.size);
        return numbers.get(name);
      });
      this.unique = [...numbers.keys()];
      const all = this.unique.join("\n");
      this.folded = fold(all).split("\n");
      const split = parts(all);
      this.parts = split.split("\n");
      this.joined = split.replaceAll(" ", "").split("\n");
      this.partLines = new Lines(split);
      this.joinedLines = new Lines(split.replaceAll(" ", ""));
    }

    // The texts come later than the names.
    addTexts(texts) {
      this.texts = texts.split("\n");
      this.textLines = new Lines(fold(texts));
    }

    // The best results, and how many there are: {total, hits}.
    search(typed, limit) {
      const query = new Query(typed);
      if (!query.raw) return { total: 0, hits: [], query };
      const named = this.matchNames(query);
      const told = this.matchTexts(query);
      let keys = this.rank(query, named, told, query.all);
      if (!keys.length && query.words.length > 1) keys = this.rank(query, named, told, 0);
      const hits = this.pick(keys, limit).map(key => this.hit(key));
      return { total: keys.length, hits, query };
    }

    // For each name, which words of the query begin its parts (a bit each), and how well the whole query matches it.
    matchNames(query) {
      const words = new Uint16Array(this.unique.length);
      query.words.forEach((word, bit) => {
        for (const form of forms(word)) {
          const mark = line => (words[line] |= 1 << bit, true);
          this.partLines.scan("\n" + form, mark);
          this.partLines.scan(" " + form, mark);
        }
      });
      const match = new Uint8Array(this.unique.length).fill(NONE);
      this.matchJoined(query, match);
      for (let name = 0; name < match.length; name++) {
        const better = this.matchName(query, name, words[name]);
        if (better < match[name]) match[name] = better;
      }
      return { words, match, shown: this.matchStarts(query) };
    }

    matchJoined({ joined }, match) {
      if (!joined) return;
      this.joinedLines.scan(joined, (line, at) => {
        match[line] = at === this.joinedLines.starts[line] + 1 ? JOINED_PREFIX : PART;
        return true;
      });
    }

    matchName(query, name, words) {
      if (this.unique[name] === query.raw) return AS_WRITTEN;
      if (this.folded[name] === query.folded) return EXACT;
      const same = query.mixed ? this.parts[name] === query.parts : this.joined[name] === query.joined;
      if (same && query.joined) return SAME_WORDS;
      // A prefix in the case that was typed is better than any other.
      if (query.capitals && this.unique[name].startsWith(query.raw)) return QUALIFIED_WORDS;
      if (words === query.all && words) {
        if (this.beginsWith(query, name)) return PREFIX;
        if (this.inOrder(query, name)) return PARTS;
      }
      if (query.mixed && this.folded[name].includes(query.folded)) return PARTS;
      if (words === query.all && words) return PARTS_ANYHOW;
      return this.isAbbreviated(query, this.parts[name]) ? ABBREVIATION : NONE;
    }

    isAbbreviated({ mixed, joined }, name) {
      const may = !mixed && joined.length > 2 && joined.length < 31 && joined[0] === name[0];
      return may && abbreviates(joined, name);
    }

    // `schedule_` begins schedule_notes and not scheduled_notes.
    beginsWith(query, name) {
      if (query.inside) return false;
      if (query.folded.endsWith("_")) return this.folded[name].startsWith(query.folded);
      return this.parts[name].startsWith(query.parts);
    }

    inOrder(query, name) {
      const found = " " + this.parts[name];
      let at = -1;
      return query.words.every(word => (at = found.indexOf(" " + word, at + 1)) >= 0);
    }

    // The names that the query begins with: what may be the table in `table.column`.
    matchStarts({ joined }) {
      return Uint8Array.from(this.joined, name => name[0] === joined[0] && joined.startsWith(name) ? 1 : 0);
    }

    // For each entry, which words of the query begin words of its text, and which of them are there as a whole.
    matchTexts(query) {
      const words = new Uint16Array(this.count), whole = new Uint16Array(this.count);
      // One letter says nothing yet.
      if (!this.textLines || query.joined.length < 2) return { words, whole };
      const { text } = this.textLines;
      query.words.forEach((word, bit) => {
        for (const form of forms(word)) {
          this.textLines.scan(form, (line, at) => {
            words[line] |= 1 << bit;
            const isWhole = !isLetter(text.charCodeAt(at + form.length));
            if (isWhole) whole[line] |= 1 << bit;
            return isWhole;
          }, at => beginsWord(text, at));
        }
      });
      return { words, whole };
    }

    // Sort keys of the entries that have all the words of `wanted`; with none wanted, of those that have most.
    rank(query, named, told, wanted) {
      const keys = [];
      for (let entry = 0; entry < this.count; entry++) {
        const order = wanted || !query.all
          ? this.match(query, named, told, entry)
          : this.matchSome(query, named, told, entry);
        if (order >= 0) keys.push(order * INDEX_BITS + entry);
      }
      return Float64Array.from(keys).sort();
    }

    // The place of an entry among the results: how it matches, then its order there; -1 if it does not.
    match(query, named, told, entry) {
      const name = this.nameOf[entry], parent = this.parents[entry];
      let match = named.match[name];
      if (match > QUALIFIED && parent >= 0) match = Math.min(match, this.matchPath(query, named, entry, parent));
      const own = named.words[name], text = told.words[entry];
      if (match < QUALIFIED_PARTS || !(own || text)) return this.place(query, match, entry);
      const above = own | this.wordsAbove(named, parent);
      if (own && above === query.all) match = QUALIFIED_PARTS;
      if (match === NONE && text && (text | above) === query.all) {
        return IN_TEXT * RANKS * CLOSENESS + this.textOrder(query, told, entry, own);
      }
      return this.place(query, match, entry);
    }

    // Of what matches as well: kinds in their order, then the name that has least beside the query.
    place(query, match, entry) {
      if (match === NONE) return -1;
      if (match >= PREFIX && match < QUALIFIED_PARTS && this.kinds[entry][2] >= MINOR) match = QUALIFIED_PARTS;
      const beside = Math.max(0, this.joined[this.nameOf[entry]].length - query.joined.length) >> 1;
      return (match * RANKS + this.kinds[entry][2]) * CLOSENESS + Math.min(beside, CLOSENESS - 1);
    }

    wordsAbove(named, parent) {
      let words = 0;
      for (; parent >= 0; parent = this.parents[parent]) words |= named.words[this.nameOf[parent]];
      return words;
    }

    // Compares the query with the name after those of what it belongs to: the table, the schema and the table.
    matchPath(query, named, entry, parent) {
      const above = this.joined[this.nameOf[parent]], grand = this.parents[parent];
      const best = named.shown[this.nameOf[parent]] ? this.matchRest(query, entry, above) : NONE;
      if (grand < 0 || !named.shown[this.nameOf[grand]]) return best;
      const whole = this.joined[this.nameOf[grand]] + above;
      return query.joined.startsWith(whole) ? Math.min(best, this.matchRest(query, entry, whole)) : best;
    }

    matchRest(query, entry, above) {
      const own = this.joined[this.nameOf[entry]], rest = query.joined.slice(above.length);
      if (!rest) return query.inside ? QUALIFIED_PREFIX : NONE;
      if (!own.startsWith(rest)) return NONE;
      if (own !== rest) return QUALIFIED_PREFIX;
      return query.dotted && this.path(entry).join(".").endsWith(query.folded) ? QUALIFIED : QUALIFIED_WORDS;
    }

    // The names from the schema down, folded.
    path(entry) {
      const names = [];
      for (let at = entry; at >= 0; at = this.parents[at]) names.unshift(this.folded[this.nameOf[at]]);
      return names;
    }

    // Whole words come first; of those the words as a phrase, then some of them in the name; then kinds.
    textOrder(query, told, entry, own) {
      const { text, starts } = this.textLines;
      const beginnings = query.words.filter((_, bit) => !((told.whole[entry] | own) >> bit & 1)).length;
      const place = isPhrase(text.slice(starts[entry], starts[entry + 1]), query.typed) ? 0 : own ? 1 : 2;
      return Math.min(3 * beginnings + place, CLOSENESS - 1) * RANKS + this.kinds[entry][2];
    }

    // For a question in words: at least half of them, and those that have most come first.
    matchSome(query, named, told, entry) {
      const name = named.words[this.nameOf[entry]], own = name | told.words[entry];
      if (!own) return -1;
      const found = own | this.wordsAbove(named, this.parents[entry]);
      const missing = query.words.filter((_, bit) => !(found >> bit & 1)).length;
      if (missing > query.words.length / 2) return -1;
      return (SOME_WORDS * CLOSENESS + 2 * missing + (name ? 0 : 1)) * RANKS + this.kinds[entry][2];
    }

    // The first of the sorted keys, of each kind and match a few, then the rest of them in order.
    pick(keys, limit) {
      const groups = new Map(), first = [], rest = [];
      for (const key of keys) {
        if (first.length === limit) break;
        const entry = key % INDEX_BITS;
        const group = Math.floor(key / INDEX_BITS / RANKS / CLOSENESS) * RANKS + this.kinds[entry][2];
        const before = groups.get(group) || 0;
        groups.set(group, before + 1);
        if (before < GROUP) first.push(key);
        else if (rest.length < limit) rest.push(key);
      }
      return first.concat(rest).slice(0, limit);
    }

    // What a result shows.
    hit(key) {
      const entry = key % INDEX_BITS, isTold = key >= IN_TEXT * RANKS * CLOSENESS * INDEX_BITS;
      const [kind, , , prefix] = this.kinds[entry], parents = [];
      for (let at = this.parents[entry]; at >= 0; at = this.parents[at]) parents.unshift(this.names[at]);
      let page = entry;
      while (!this.pages[page] && this.parents[page] >= 0) page = this.parents[page];
      const anchor = this.anchors[entry] || (prefix === null ? "" : prefix + this.names[entry]);
      const url = this.pages[page] + (anchor && "#" + encodeURIComponent(anchor));
      return { kind, name: this.names[entry], parents, url, text: this.texts ? this.texts[entry] : "", isTold };
    }
  }

  window.schemabookSearch.Finder = Finder;
})();
