"""Markdown that people wrote, made to fit into a page: what it says stays, but it cannot break what follows.

Its headings go below the page's own, a fence that nothing closes is closed, tags that nothing closes are
shown, and relative links lead from the page to where they led from the note.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from schemabook.pages import sanitized
from schemabook.pages.markdown import Markdown, clean, code, entity, fence
from schemabook.pages.sanitized import without_scripts

Move = Callable[[str], str]
"""From the URL in the note to the URL on the page."""

HIDDEN = re.compile("\x02([0-9]+)\x03")
"""Stands for what is not looked at any more; `clean` leaves no such characters in a text."""
OPENING = re.compile(r"([ \t>]*)(`{3,}(?=[^`]*$)|~{3,})(.*)")
LANGUAGE = re.compile(r"""\{[^{}\n]*\}|[\w#.+-]+(?:[ \t]+\w+=(?:"[^"\n]*"|'[^'\n]*'))*|""")
"""What may follow a fence; after anything else some readers take it for no fence."""
PLAIN_LANGUAGE = re.compile(r"^[\w#.+-]+")
CODE = re.compile(r"(?<![`\\])(`+)(?!`)((?:(?!\n[ \t]*\n)[^\x02])+?)(?<!`)\1(?!`)", re.S)
INDENTED = re.compile(r"(?: {4}|\t)[ \t]*\S")
CONTAINER = re.compile(r"(?:[-*+]|[0-9]{1,9}[.)]|!!!|\?\?\?\+?|\[\^)[ \t\w]")
"""What begins a block whose further lines are indented, and so are no code."""
LINK = re.compile(
    r"""(\]\([ ]*)(<[^<>\n\x02]*>|[^\s()<>\x02]+(?:\([^\s()<>\x02]*\)[^\s()<>\x02]*)*)(?=[ ]*\)|\s+["'(])"""
)
DEFINITION = re.compile(r"^( {0,3}\[(?!\^)[^\]\n]+\]:[ \t]*)(<[^<>\n]*>|[^\s<>]+)", re.M)
NOT_IN_URL = re.compile(r"\|")
NOT_IN_PLAIN_URL = re.compile(r"[\s|()]")
"""What a URL may hold only between angle brackets."""
ATTRIBUTE = re.compile(r"""(\s(?:href|src)\s*=\s*)("[^"]*"|'[^']*')""", re.I)
NOT_RELATIVE = re.compile(r"[a-z][a-z0-9+.-]*:|//|/|#|\?|$", re.I)
AUTOLINK = re.compile(r"<(?:[a-z][a-z0-9+.-]+:[^\s<>]*|[^\s<>@/]+@[^\s<>@]+)>", re.I)
COMMENT = re.compile(r"<!--.*?-->", re.S)
"""Is left out: after one Python-Markdown moves a character reference to the end of the page."""
TAG = re.compile(r"""<(/?)([a-z][a-z0-9-]*)((?:\s(?:"[^"]*"|'[^']*'|[^<>"'])*)?)(/?)>""", re.I)
MARKUP = re.compile(r"(?<!\\)(\\*)<(?=[A-Za-z/!?])")
"""Where a tag may begin, and the backslashes before it: of two, one makes a character of the other."""
VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
"""Tags that are never closed."""
PREFIX = r"((?: {0,3}>| {0,3}(?:[-*+]|[0-9]{1,9}[.)])[ \t]++)* {0,3})"
"""What may stand before a heading: that of a quotation or a list's item."""
HEADING = re.compile(rf"^{PREFIX}(#{{1,6}})(?:[ \t]+(.*?))??(?:[ \t]+#+)?[ \t]*$", re.M)
NO_HEADING = re.compile(rf"^{PREFIX}#(?!#{{0,5}}(?:[ \t]|$))", re.M)
"""Python-Markdown takes it for a heading, others do not."""
UNDERLINED = re.compile(r"^(?! {4}|\t)[ ]{0,3}([^\s#>|+*=-].*)\n {0,3}(=+|-+)[ \t]*$", re.M)
RULE = re.compile(r"^(?=.*\S)(.*)\n(?= {0,3}(?:=+|-+)[ \t]*$)", re.M)
AFTER_TAG = re.compile(r"^( {0,3}<.*?)[ \t]*(?=&lt;)", re.M)
"""There Python-Markdown would move the character reference to the end of the page."""
HARD_BREAK = re.compile(
    r"^(?! {0,3}[#|])(.*\S) {2,}\n(?=[ \t]*[^\s])(?![ \t]*(?:[-*+]|[0-9]+[.)])[ \t])", re.M
)
ATTRIBUTES = re.compile(r"\{[^{}]*\}$")
DEEPEST = 6
MARKS = frozenset("<>&`*_[]{}|\\:")
"""What is no letter of code in HTML or Markdown."""


def block(note: str, move: Move, *, ids: bool = False, raw: bool = False) -> Markdown:
    """The note as blocks of a page; with *ids* its headings get anchors that no section of the page has.

    Unless it is *raw*, what could run is left out of it.
    """
    hidden = _Hidden(raw)
    prose = "\n".join(_prose(note, hidden, _fenced, str))
    prose = hidden.spans(prose, lambda ticks, inner: f"{ticks}{' '.join(inner.splitlines())}{ticks}")
    prose = _balanced(_moved(_safe(COMMENT.sub("", prose), raw), move, hidden), move, raw)
    prose = AFTER_TAG.sub("\\1\n", prose)
    prose = _headings(HARD_BREAK.sub("\\1<br>\n", prose), ids)
    return Markdown(hidden.shown(prose).strip("\n"))


def line(note: str, move: Move, *, raw: bool = False) -> Markdown:
    """The note as one line, for a table's cell or the item of a list; *raw* as in `block`."""
    hidden = _Hidden(raw)
    prose = "\n".join(_prose(note, hidden, _coded, lambda found: code(found.strip())))
    prose = hidden.spans(prose, lambda _, inner: code(inner.strip()))
    prose = _balanced(_moved(_safe(COMMENT.sub("", prose), raw), move, hidden), move, raw)
    prose = NO_HEADING.sub(r"\1&#35;", UNDERLINED.sub(r"# \1", prose))
    prose = HEADING.sub(lambda match: f"**{match[3]}**" if match[3] else "", prose)
    lines = (" ".join(found.split()) for found in prose.split("\n"))
    shown = "<br>".join(found.removesuffix("\\") for found in lines if found.strip("-= "))
    return Markdown(hidden.shown(shown.replace("`", "&#96;").replace("|", "&#124;")))


def _safe(prose: str, raw: bool) -> str:
    return prose if raw else without_scripts(prose)


class _Hidden:
    """What is taken out of a text, and put into it again."""

    def __init__(self, raw: bool) -> None:
        self.raw = raw
        self.pieces: list[str] = []

    def hide(self, piece: str) -> str:
        self.pieces.append(piece)
        return f"\x02{len(self.pieces) - 1}\x03"

    def spans(self, prose: str, shown: Callable[[str, str], str]) -> str:
        """The text without its spans of code; beside tags one with a tag is HTML, as in a block of that."""
        has_tags = not self.raw and TAG.search(CODE.sub("", prose))

        def hidden(match: re.Match[str]) -> str:
            is_html = has_tags and MARKUP.search(match[2])
            return self.hide(_html_code(match[2]) if is_html else shown(match[1], match[2]))

        return CODE.sub(hidden, prose)

    def harmless(self, code: str) -> str:
        """A line of code that some readers take for none, as below a list or a tab."""
        return code if self.raw else without_scripts(MARKUP.sub(_harmless, code))

    def shown(self, prose: str) -> str:
        return HIDDEN.sub(lambda match: self.pieces[int(match[1])], prose)


Block = Callable[[str, str, list[str]], str]
"""From the indent, the language and the lines of a block between fences to how it is shown."""


def _prose(note: str, hidden: _Hidden, fenced: Block, indented: Callable[[str], str]) -> Iterator[str]:
    """The lines of a note; blocks of code are hidden, each as one line."""
    lines = iter(clean(note).split("\n"))
    in_container, may_be_code = False, True
    for start in lines:
        if opening := OPENING.fullmatch(start):
            indent, ticks, language = opening.groups()
            found = LANGUAGE.match(language.strip())
            known = found.group() if found else ""
            if not hidden.raw and "=" in known:  # They are attributes of the element.
                known = "".join(PLAIN_LANGUAGE.findall(known)[:1])
            body = list(_inside(lines, ticks))
            yield hidden.hide(fenced(indent, known, list(map(hidden.harmless, body)) if indent else body))
        elif may_be_code and not in_container and INDENTED.match(start):
            yield hidden.hide(indented(hidden.harmless(start)))
            continue
        else:
            yield start
        may_be_code = not start.strip()
        if start[:1].strip():
            in_container = CONTAINER.match(start) is not None


def _inside(lines: Iterator[str], ticks: str) -> Iterator[str]:
    """The lines until the closing fence, or all that are left."""
    end = re.compile(rf"[ \t>]*{re.escape(ticks[0])}{{{len(ticks)},}}[ \t]*")
    for found in lines:
        if end.fullmatch(found):
            return
        yield found


def _fenced(indent: str, language: str, body: list[str]) -> str:
    """The block with fences of our own; one in a list or a quotation keeps what its lines begin with."""
    if not indent:
        return fence("\n".join(body), language)
    longest = max((len(run) for run in re.findall("`+", "\n".join(body))), default=0)
    ticks = "`" * max(3, longest + 1)
    return "\n".join([f"{indent}{ticks}{language}", *body, f"{indent}{ticks}"])


def _harmless(found: re.Match[str]) -> str:
    tag = TAG.match(found.string, found.end() - 1)
    may_stand = tag and sanitized.tag(tag.group()) == tag.group()
    return found.group() if may_stand else f"{found[1]}&lt;"


def _html_code(inner: str) -> str:
    return f"<code>{''.join(entity(c) if c in MARKS else c for c in ' '.join(inner.split()))}</code>"


def _coded(_indent: str, _language: str, body: list[str]) -> str:
    return "<br>".join(code(found) for found in body if found.strip())


# Links


def _moved(prose: str, move: Move, hidden: _Hidden) -> str:
    """The text whose links lead from the page; where they lead is hidden."""

    def moved(match: re.Match[str]) -> str:
        # Without the angle brackets that it may have, which are a tag where the link turns out to be none.
        url = match[2].removeprefix("<").removesuffix(">")
        unsafe = NOT_IN_URL if url == match[2] else NOT_IN_PLAIN_URL
        found = unsafe.sub(lambda character: f"%{ord(character.group()):02X}", _relative(url, move))
        return match[1] + hidden.hide(found)

    return DEFINITION.sub(moved, LINK.sub(moved, prose))


def is_relative(url: str) -> bool:
    """Whether it leads to another place from another page."""
    return not NOT_RELATIVE.match(url)


def _relative(url: str, move: Move) -> str:
    return move(url) if is_relative(url) else url


# HTML


def _balanced(prose: str, move: Move, raw: bool) -> str:
    """The text with tags that are closed and may be there; any other is shown, as `<id>` in a sentence."""
    kept = dict(_closed_tags(prose))
    pieces, position = [], 0
    for found in MARKUP.finditer(prose):
        start = found.end() - 1
        if start < position:
            continue
        end = kept.get(start)
        shown = _shown(prose[start:end], move, raw) if end else None
        is_escaped = len(found[1]) % 2
        pieces += [prose[position : start - is_escaped], shown or "&lt;"]
        position = end if end and shown else start + 1
    return "".join([*pieces, prose[position:]])


def _shown(tag: str, move: Move, raw: bool) -> str | None:
    """A tag or a link in angle brackets as it may stand; None for one that is shown."""
    if AUTOLINK.fullmatch(tag):
        return tag
    safe = tag if raw else sanitized.tag(tag)
    return safe and ATTRIBUTE.sub(lambda match: _moved_attribute(match, move), safe)


def _closed_tags(prose: str) -> Iterator[tuple[int, int]]:
    """Where tags and links in angle brackets begin and end."""
    opened: list[tuple[str, int, int]] = []
    position = 0
    for markup in MARKUP.finditer(prose):
        start = markup.end() - 1
        if start < position or len(markup[1]) % 2:
            continue
        if found := AUTOLINK.match(prose, start):
            position = found.end()
            yield start, position
        elif found := TAG.match(prose, start):
            position = found.end()
            closing, name, _, alone = found.groups()
            name = name.lower()
            if name in VOID and not closing:
                yield start, position
            elif not closing and not alone:
                opened.append((name, start, position))
            elif closing and (at := _last(opened, name)) is not None:
                yield opened[at][1:]
                yield start, position
                del opened[at:]


def _last(opened: list[tuple[str, int, int]], name: str) -> int | None:
    return next((at for at in reversed(range(len(opened))) if opened[at][0] == name), None)


def _moved_attribute(match: re.Match[str], move: Move) -> str:
    quote = match[2][0]
    return f"{match[1]}{quote}{_relative(match[2][1:-1], move)}{quote}"


# Headings


def _headings(prose: str, ids: bool) -> str:
    """The text with its headings below the page's title, without a level left out."""
    prose = UNDERLINED.sub(lambda match: f"{'#' if match[2][0] == '=' else '##'} {match[1]}\n", prose)
    prose = RULE.sub(r"\1\n\n", NO_HEADING.sub(r"\1&#35;", prose))
    levels = [len(match[2]) for match in HEADING.finditer(prose)]
    anchors: dict[str, int] = {}
    before = 1

    def heading(match: re.Match[str]) -> str:
        nonlocal before
        prefix, marks, words = match.groups()
        if not words:
            return str(prefix)
        before = min(len(marks) - min(levels) + 2, before + 1, DEEPEST)
        anchor = f" {{ #{_anchor(words, anchors)} }}" if ids and not ATTRIBUTES.search(words) else ""
        shown = f"{prefix.strip() and prefix}{'#' * before} {words}{anchor}"
        return shown if prefix.strip() else f"\n{shown}\n"

    return HEADING.sub(heading, prose)


def _anchor(words: str, taken: dict[str, int]) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", HIDDEN.sub("", words).lower()).strip("-") or "part"
    taken[plain] = taken.get(plain, 0) + 1
    return f"note-{plain}" if taken[plain] == 1 else f"note-{plain}-{taken[plain]}"
