// What a query finds, and in which order. This file touches no page: it gets data and gives results.
//
// Names are few and short, so every key looks at all of them again. That takes a few milliseconds because equal
// names (`id`, `created_at`) are looked at once, and because scanning one long string is what engines do best.
(() => {
  "use strict";

  const { words } = window.schemabookSearch;
  const { Lines, Query, abbreviates, asked, beginsWord, fold, forms, isLetter, isPhrase, parts } = words;

  // How well an entry matches, best first.
  const AS_WRITTEN = 0;       // UserProfiles
  const EXACT = 1;            // userprofiles, for a name that differs in case only
  const QUALIFIED = 2;        // user_profiles.email, public.user_profiles
  const SAME_WORDS = 3;       // user profiles, userProfiles
  const QUALIFIED_WORDS = 4;  // user profiles email
  const ANSWER = 5;           // who references orders: a section of a page that answers it
  const PREFIX = 6;           // user_pro
  const QUALIFIED_PREFIX = 7; // user_profiles.em
  const JOINED_PREFIX = 8;    // userpro
  const PARTS = 9;            // us pro, of one name in this order; er_prof
  const PARTS_ANYHOW = 10;    // profiles user
  const PART_CALLED_SO = 11;  // a column, a label, an index
  const OF_A_PART = 12;       // any of these but of a column or a label, of which there are so many
  const QUALIFIED_PARTS = 13; // auth email: some words of the name, the others of what it belongs to
  const PART = 14;            // rofil
  const ABBREVIATION = 15;    // usrprf
  const IN_TEXT = 16;
  const SOME_WORDS = 17;      // not all, but nothing has all
  const NONE = 18;

  // From this rank on entries are parts of objects: columns, labels and what follows.
  const PARTS_OF_OBJECTS = 7;
  // From this rank on names repeat those of tables, or are sentences: policies, keys, indexes.
  const MINOR = 9;
  const GROUP = 8;            // as many of one kind and match come first, so that no kind hides the others
  const INDEX_BITS = 2 ** 20; // the last part of a sort key; more entries than any schema has
  const CLOSENESS = 64;
  const FEW = 2;              // of more columns with one name there is an entry: `is_shared` in pages/columns.py
  const MOST_ANSWERS = 3;     // of one section
  const SECTION = ["section", 1, 6, "Pages", null];
  const RANKS = 16;

  class Finder {
    constructor({ legend, kinds, names, pages, anchors, groups, sections, asked }) {
      this.count = kinds.length;
      this.kinds = Array.from(kinds, letter => legend[letter]);
      this.ranks = Uint8Array.from(this.kinds, ([, , rank]) => rank);
      this.groups = [...new Set(Object.values(legend).map(([, , , group]) => group))];
      this.groupOf = groups.split("\n");
      this.names = names.split("\n");
      this.pages = pages.split("\n");
      this.anchors = anchors.split("\n");
      this.parents = this.findParents();
      this.collectNames();
      this.countNames();
      this.collectAnswers(asked, sections.split("\n"));
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

    // How many entries of a kind have a name; columns of partitions are those of their table.
    countNames() {
      this.keys = this.kinds.map(([kind], entry) => `${kind} ${this.nameOf[entry]}`);
      this.numbers = new Map();
      this.keys.forEach((key, entry) => {
        const isPartition = this.kinds[this.parents[entry]]?.[0] === "partition";
        if (!isPartition) this.numbers.set(key, (this.numbers.get(key) || 0) + 1);
      });
    }

    // What readers may ask for in words: of the objects, and of the pages that no object has.
    collectAnswers(asked, sections) {
      this.asked = asked.map(([letter, title, ways]) =>
        ({ letter, title, ways: ways.split(", ").map(way => way.split(" ")) }));
      this.answers = new Map();
      this.titles = [];
      this.kinds.forEach(([kind, depth], entry) => {
        if (depth === 1 && this.pages[entry]) this.answers.set(entry, sections[this.answers.size]);
        else if (kind === "page" || kind === "section") this.titles.push(entry);
      });
    }

    // The texts come later than the names.
    addTexts(texts) {
      this.texts = texts.split("\n");
      this.textLines = new Lines(fold(this.texts.map((text, entry) => `${text} ${this.groupOf[entry]}`).join("\n")));
    }

    // The best results, of one group or of all, how many there are, and how many of each group.
    search(typed, limit, group) {
      let query = new Query(typed);
      const counts = new Map(), answers = this.answer(query);
      if (!query.raw) return { total: 0, hits: [], query, counts };
      let found = this.lookUp(query), keys = this.rank(query, found);
      if (!keys.length && query.telling) {
        query = new Query(query.telling);
        found = this.lookUp(query);
        keys = this.rank(query, found);
      }
      if (!keys.length && query.words.length > 1) keys = this.rank(query, found, true);
      keys = this.withAnswers(keys, answers);
      for (const key of keys) {
        const own = this.kindOf(key % INDEX_BITS)[3];
        counts.set(own, (counts.get(own) || 0) + 1);
      }
      if (group) keys = keys.filter(key => this.kindOf(key % INDEX_BITS)[3] === group);
      const hits = this.pick(keys, limit, group ? Infinity : GROUP).map(key => this.hit(key));
      return { total: keys.length, hits, query, counts };
    }

    // The answers to a question in words, as [entry, title of a section] or, without a title, the entry itself: those
    // to the way of asking that takes most of its words.
    answer(query) {
      const found = [];
      let taken = 0;
      for (const row of asked(query, this.asked)) {
        if (row.size < taken) break;
        const answers = row.names ? this.answersOf(row) : this.titles.filter(entry => this.names[entry] === row.title);
        if (answers.length) taken = row.size;
        found.push(...answers.map(answer => [answer].flat()));
      }
      const sections = found.filter(([, title]) => title);
      return (sections.length ? sections : found.slice(0, 1)).slice(0, 2 * MOST_ANSWERS);
    }

    // The section of each object that has a name; of one without such a section its page says so.
    answersOf({ letter, title, names }) {
      const found = [];
      for (const [entry, letters] of this.answers) {
        const own = this.parts[this.nameOf[entry]], above = this.parts[this.nameOf[this.parents[entry]]];
        if (!names.has(own) && !names.has(`${above} ${own}`)) continue;
        // Not known are those of a site that is served.
        found.push(!letters || letters.includes(letter) ? [entry, title] : [entry]);
      }
      return found.slice(0, MOST_ANSWERS);
    }

    // The sort keys with those of the answers, which are numbered after the entries.
    withAnswers(keys, answers) {
      this.answered = answers;
      if (!answers.length) return keys;
      const own = new Set(answers.map(([entry, title]) => (title ? -1 : entry)));
      const more = answers.map((_, number) => (ANSWER * RANKS * CLOSENESS + number) * INDEX_BITS + this.count + number);
      return Float64Array.from([...keys.filter(key => !own.has(key % INDEX_BITS)), ...more]).sort();
    }

    kindOf(entry) {
      if (entry < this.count) return this.kinds[entry];
      const [from, title] = this.answered[entry - this.count];
      return title ? SECTION : this.kinds[from];
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
      if (query.names.has(this.parts[name])) return PREFIX;
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

    lookUp(query) {
      return { named: this.matchNames(query), told: this.matchTexts(query) };
    }

    // Sort keys of the entries that have all the words of the query, or of those that have *most*.
    rank(query, { named, told }, most) {
      const keys = [];
      for (let entry = 0; entry < this.count; entry++) {
        const order = most ? this.matchSome(query, named, told, entry) : this.match(query, named, told, entry);
        if (order >= 0) keys.push(order * INDEX_BITS + entry);
      }
      return Float64Array.from(keys).sort();
    }

    // The place of an entry among the results: how it matches, then its order there; -1 if it does not.
    match(query, named, told, entry) {
      const name = this.nameOf[entry], parent = this.parents[entry];
      let match = this.ofPart(query, named.match[name], entry);
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

    // Parts come after the objects whose names have the word, but a name of many columns after those that begin so.
    // Several words are enough to mean just the part that is called so.
    ofPart(query, match, entry) {
      const rank = this.ranks[entry];
      if (rank < PARTS_OF_OBJECTS || match > PARTS_ANYHOW) return match;
      if (match > SAME_WORDS) return rank >= MINOR ? QUALIFIED_PARTS : OF_A_PART;
      if (this.numbers.get(this.keys[entry]) > FEW) return OF_A_PART;
      if (query.mixed) return match;
      return rank === PARTS_OF_OBJECTS ? QUALIFIED_PREFIX : PART_CALLED_SO;
    }

    // Of what matches as well: kinds in their order, then the name that has least beside the query.
    place(query, match, entry) {
      if (match === NONE) return -1;
      const beside = Math.max(0, this.joined[this.nameOf[entry]].length - query.joined.length) >> 1;
      return (match * RANKS + this.ranks[entry]) * CLOSENESS + Math.min(beside, CLOSENESS - 1);
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
    pick(keys, limit, most) {
      const groups = new Map(), first = [], rest = [];
      for (const key of keys) {
        if (first.length === limit) break;
        const entry = key % INDEX_BITS;
        const group = Math.floor(key / INDEX_BITS / RANKS / CLOSENESS) * RANKS + this.kindOf(entry)[2];
        const before = groups.get(group) || 0;
        groups.set(group, before + 1);
        if (before < most) first.push(key);
        else if (rest.length < limit) rest.push(key);
      }
      return first.concat(rest).slice(0, limit);
    }

    // What a result shows.
    hit(key) {
      const place = key % INDEX_BITS, isTold = key >= IN_TEXT * RANKS * CLOSENESS * INDEX_BITS;
      const [entry, title] = place < this.count ? [place] : this.answered[place - this.count];
      const [kind, , rank, , prefix] = this.kinds[entry], parents = [];
      for (let at = this.parents[entry]; at >= 0; at = this.parents[at]) parents.unshift(this.names[at]);
      let page = entry;
      while (!this.pages[page] && this.parents[page] >= 0) page = this.parents[page];
      const name = this.names[entry], url = this.pages[page], group = this.groupOf[entry];
      const text = this.texts?.[entry] || (isTold && group ? `group ${group}` : "");
      const at = anchor => url + (anchor && "#" + encodeURIComponent(anchor));
      if (title) {
        const above = [[...parents, name].join(".")];
        const anchor = title.toLowerCase().replaceAll(" ", "-");
        return { kind: SECTION[0], name: title, parents: above, url: at(anchor), text };
      }
      const made = { kind, name, parents, text, isTold };
      made.url = at(this.anchors[entry] || (prefix === null || this.pages[entry] ? "" : prefix + name));
      if (rank !== PARTS_OF_OBJECTS) return made;
      return { ...made, kind: `column of ${this.numbers.get(`column ${this.nameOf[entry]}`)} tables`, parents: [] };
    }
  }

  window.schemabookSearch.Finder = Finder;
})();
