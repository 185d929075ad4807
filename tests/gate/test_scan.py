# SPDX-License-Identifier: MIT
"""The one scanner of C and ACSL text."""

import pytest
from gate import scan
from gate.scan import Unreadable

TEXT = 'int a; /* remark { */ char *s = "}/*\\"";\n//@ assert x;\n/*@ ghost f(); */ char c = \'{\'; // end'


def test_pieces_by_kind_and_line() -> None:
    assert [(kind, line) for kind, _, line in scan.pieces(TEXT)] == [
        ("code", 1), ("prose", 1), ("code", 1), ("literal", 1), ("code", 1), ("annotation", 2), ("code", 2), ("annotation", 3),
        ("code", 3), ("literal", 3), ("code", 3), ("prose", 3)]


def test_pieces_are_the_whole_text() -> None:
    assert "".join(piece for _, piece, _ in scan.pieces(TEXT)) == TEXT


def test_only_keeps_positions() -> None:
    code = scan.only(TEXT, "code")
    assert len(code) == len(TEXT) and code.count("\n") == TEXT.count("\n")
    assert code.split() == ["int", "a;", "char", "*s", "=", ";", "char", "c", "=", ";"]
    assert scan.only(TEXT, "annotation").split() == ["//@", "assert", "x;", "/*@", "ghost", "f();", "*/"]
    assert '"}/*\\""' in scan.only(TEXT, "literal", "prose") and "remark" in scan.only(TEXT, "literal", "prose")


@pytest.mark.parametrize("text, end", [('"a\\"b" c', 6), ("'\\'' c", 4), ("// a\nb", 4), ("// a", 4), ("/* a */b", 7), ("a", 0), ("/ 2", 0)])
def test_skip(text: str, end: int) -> None:
    assert scan.skip(text, 0) == end


def test_a_comment_without_an_end() -> None:
    with pytest.raises(Unreadable, match="a comment without an end"):
        scan.skip("/* a", 0)


def test_tokens_pass_comments_and_literals() -> None:
    assert [found.start() for found in scan.tokens("; /* ; */ ';' \";\" ; // ;\n;", ";")] == [0, 18, 25]
    assert [found.start() for found in scan.tokens("; ; ;", ";", 1)] == [2, 4]


def test_a_block_ends_where_its_brace_does() -> None:
    text = 'x { if (a) { "}" /* } */ } \'}\' } }'
    assert text[:scan.block_end(text, 0)] == 'x { if (a) { "}" /* } */ } \'}\' }'
    with pytest.raises(Unreadable, match="a block without an end"):
        scan.block_end("{ { }", 0)


def test_split_at_the_top() -> None:
    assert scan.split_top("a && f(b && c) && [d && e]", "&&") == ["a", "f(b && c)", "[d && e]"]
    assert scan.split_top("a <==> b ==> c", "==>") == ["a <==> b", "c"]
    assert scan.split_top("a ==> b ==> c", "==>") == ["a", "b", "c"]
    assert scan.split_top("", ",") == [""]


def test_a_bracket_ends() -> None:
    assert scan.bracket_end("a, (b), [c]) + d", 0) == 11
    with pytest.raises(Unreadable, match="a bracket without an end: a"):
        scan.bracket_end("a, (b)", 0)


def test_first_else() -> None:
    assert scan.first_else("a : b") == ("a", "b")
    assert scan.first_else("x ? y : z : b") == ("x ? y : z", "b")
    assert scan.first_else("(x ? y : z) : b : c") == ("(x ? y : z)", "b : c")
    assert scan.first_else("a, b") is None


def test_functions_are_c_code_alone() -> None:
    text = """#define F(x) {
/*@ ghost
void lemma(void)
{
}
*/
static int a(int x, int y) /*@ ghost (int z) */
{
    if (x) { return y; }
    return '}';
}
int declared(int x);
struct s { int x; };
struct s *b(void) { return 0; }
// int c(void) {
"""
    found = list(scan.functions(text))
    assert [(one.name, one.parameters) for one in found] == [("a", "int x, int y"), ("b", "void")]
    assert text[found[0].head:].startswith("static int a(")
    assert text[found[0].begin:found[0].end].strip().startswith("if (x)") and text[found[0].end - 3:found[0].end] == ";\n}"


def test_a_definition_is_mentioned() -> None:
    assert scan.mentions_definition("int a(int x) /*@ ghost (int y) */ {", "a")
    assert scan.mentions_definition("/*@ ghost void a(void) { } */", "a")
    assert not scan.mentions_definition("int a(int x); int b(void) {", "a")
    assert not scan.mentions_definition("int aa(int x) {", "a")


def test_directives_are_blanked_out() -> None:
    assert scan.without_directives("a\n  # if b\nc # d") == "a\n        \nc # d"
