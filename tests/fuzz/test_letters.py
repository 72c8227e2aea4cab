"""Letters through Typst itself: whatever stands in text and values, it is printed or refused, and never run."""

from __future__ import annotations

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rathaus.engines.correspondence.letters.compiler import compile_letter
from rathaus.engines.correspondence.letters.evaluation import fill
from rathaus.engines.correspondence.parties import References
from rathaus.engines.correspondence.public import InvalidLetter, LetterNotFillable
from rathaus.engines.correspondence.rendering.letter import LetterPage, letter_html, letter_pdf
from tests.factories import correspondence as make
from tests.fuzz.conftest import EXAMPLES

TYPST = st.sampled_from(
    (
        '#read("/etc/passwd")', '#read("letter.typ")', '#import "x.typ": *', '#include "/etc/hosts"', "$x$",
        "$ x", "\\", "\\u{41}", '#eval("1+1")', "#panic()", "#while true {}", "#sys.inputs", "```", "`#x`",
        "<label>", "@label", "//", "/*", "*/", "#let x = 1", "#set page(width: 1pt)", "#pagebreak()", "]", "[",
        "{", "}", "#", '"', "~", "---", "= A", '#image("/etc/passwd")', "\U0001f3db\ufe0f",
        "\u05d0\u05d1\u202e\u2066", "\x00", "\ud800", "\ufdd0", "\U000e0041",
        "a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300a\u0300",
        "W" * 3_000, "\u200d\u200b\ufeff", "\x1b[31m", "{{wert}}", "{{", "}}", "{{wert + 1}}", "| a | b |",
        "# A", "- a", "1. a", "> a", "[a](javascript:x)", "![a](/etc/passwd)", "<b>", "&amp;", "***", "\n\n",
        "\n", "\t",
    )
)  # fmt: skip
WILD = st.text(st.characters(exclude_categories=()), max_size=20)
PIECES = st.lists(st.one_of(TYPST, WILD), max_size=12).map("".join)
# The letter's own text may hold no control characters and no open placeholder: most of it must get through.
OWN = st.lists(
    st.one_of(TYPST, st.text(st.characters(exclude_categories=("C",)), max_size=20)), max_size=12
).map(
    lambda pieces: "".join(
        piece for piece in pieces if piece.isprintable() and not piece.startswith(("{{", "}}"))
    )
)
VALUE = st.one_of(PIECES, st.integers(), st.booleans(), st.none(), st.lists(PIECES, max_size=3))


@settings(max_examples=max(12, EXAMPLES // 4), suppress_health_check=list(HealthCheck))
@given(body=OWN, value=VALUE, name=PIECES, attached=PIECES)
@example(body='#read("/etc/passwd") {{wert}}', value='#panic("x") $ \\', name='"#', attached="`")
@example(body="{{wert}}", value="\U000e0041\u0e33\x00\ud800", name="\u202e", attached="\U0010ffff")
def test_a_letter_is_printed_or_refused_in_words(body: str, value: object, name: str, attached: str) -> None:
    try:
        letter = compile_letter(make.source("{{wert}}\n\n" + body))
        content = fill(letter, {"wert": value}, draft=False)
    except (InvalidLetter, LetterNotFillable) as refused:
        assert str(refused)
        return
    page = LetterPage(
        content=content,
        sender=make.sender(contact=name),
        recipient=make.recipient(name=name, street=attached),
        references=References(name, attached),
        signature=None,
        remedy=letter.remedy,
        attachments=(attached,),
        draft=False,
    )
    pdf, html = letter_pdf(page), letter_html(page)
    assert pdf.startswith(b"%PDF-") and b"/JavaScript" not in pdf and b"/Launch" not in pdf
    assert "<script" not in html.lower() and 'href="javascript' not in html.lower()
    assert "root:x:0" not in html
