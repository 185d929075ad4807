# SPDX-License-Identifier: MIT
"""What sources show as they are written."""

import pathlib

import pytest
from gate import source

CORE = "src/core/bits/a.c"
HEADER = "src/core/bits/a.h"


def write(root: pathlib.Path, **files: str) -> str:
    """Files of a tree, by name without folder and dot: a_c is src/core/bits/a.c."""
    for name, text in files.items():
        path = root / "src" / "core" / "bits" / name.replace("_", ".", 1)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return str(root)


def problems(root: pathlib.Path, text: str, twins: tuple[str, ...] = (), path: str = CORE) -> list[str]:
    where = write(root, **{path.rsplit("/", 1)[1].replace(".", "_"): text})
    return [said.split(":", 1)[1] for said in source.problems(where, [path], twins)]


def test_clean_code_has_no_problem(tmp_path: pathlib.Path) -> None:
    text = '#include <stdint.h>\n#include "b.h"\n/* goto malloc asm */ //@ assert volatile: \\true;\nint a(void) { return "goto"[0]; }\n'
    assert not problems(tmp_path, text)


@pytest.mark.parametrize("text, said", [
    ("goto a;", "1: 'goto' has no place in the core"),
    ("\nvoid *p = malloc(1);", "2: 'malloc' has no place in the core"),
    ("free (p);", "1: 'free' has no place in the core"),
    ("int volatile x;", "1: 'volatile' has no place in the core"),
    ("int tmp_3;", "1: 'tmp_3' has no place in the core"),
    ("#pragma once", "1: '#pragma' has no place in the core"),
    ("#undef A", "1: '#undef' has no place in the core"),
    ("#include <stdio.h>", "1: includes <stdio.h>, which is neither freestanding nor of what is proved"),
    ("#include NAME", "1: includes NAME, which is neither freestanding nor of what is proved"),
    ('#include "../api/pages.h"', '1: includes "../api/pages.h", which is neither freestanding nor of what is proved'),
    ('#include "b.c"', '1: includes "b.c", which is neither freestanding nor of what is proved'),
    ("int x = __FRAMAC__;", "1: __FRAMAC__: code that the prover would read and the compiler would not"),
    ("#if OTHER\n#endif", "1: '#if' asks for OTHER: what is compiled may be other code than what is proved"),
    ("#ifdef NP_SMALL\nint x;\n#endif", "1: NP_SMALL may change the value of constants, and nothing else"),
])
def test_each_thing_that_has_no_place(tmp_path: pathlib.Path, text: str, said: str) -> None:
    assert said in problems(tmp_path, text)


@pytest.mark.parametrize("text", ["#ifdef NP_PORTABLE\n#endif", "#ifdef NP_SMALL\n#define A 1\n#else\n#define A 2\n#endif",
                                  '#include "../../../spec/logic/a.acsl"', '#include "../types.h"'])
def test_what_may_be_asked_and_included(tmp_path: pathlib.Path, text: str) -> None:
    assert not problems(tmp_path, text)


def test_a_guard_is_no_question(tmp_path: pathlib.Path) -> None:
    guarded = "#ifndef A_H\n#define A_H\nint a;\n#endif\n"
    assert not problems(tmp_path, guarded, path=HEADER)
    assert problems(tmp_path, guarded.replace("#define A_H", "#define B_H"), path=HEADER)
    assert problems(tmp_path, guarded)


def test_a_twin_may_ask_for_the_prover(tmp_path: pathlib.Path) -> None:
    assert not problems(tmp_path, "#ifdef __FRAMAC__\n#endif", twins=(CORE,))
    assert problems(tmp_path, "#ifdef __FRAMAC__\n#endif")


def test_what_is_taken_as_true(tmp_path: pathlib.Path) -> None:
    root = write(tmp_path, a_c="/*@ axiomatic A { axiom a: \\true; } */\n// axiom\n//@ admit b;\nint admit;\n/*@ // axiom\n  lemma c: d; */\n")
    axioms, admits = source.assumed(root, [CORE])
    assert axioms == [(CORE, 1, "axiomatic"), (CORE, 1, "axiom")] and admits == [(CORE, 3, "admit")]


def test_what_wp_would_leave_out(tmp_path: pathlib.Path) -> None:
    root = write(tmp_path, a_c="/*@ requires no_wp: a;\n assigns b \\from c; */\n/* no_wp */")
    skipped = list(source.skipped(root, [CORE]))
    assert len(skipped) == 2 and skipped[0].startswith(f"{CORE}:1: 'no_wp'") and skipped[1].startswith(f"{CORE}:2: '\\from'")
    assert len(list(source.skipped(root, [CORE], {CORE: "why"}))) == 1


def test_files_of_what_is_proved(tmp_path: pathlib.Path) -> None:
    root = write(tmp_path, b_c="", a_c="", a_h="", a_txt="")
    (tmp_path / "src/nt/pure").mkdir(parents=True)
    (tmp_path / "src/nt/pure/z.c").write_text("")
    assert list(source.proved(root, (".c",))) == [CORE, "src/core/bits/b.c", "src/nt/pure/z.c"]


def test_lemmas_stand_beside_their_unit(tmp_path: pathlib.Path) -> None:
    root = write(tmp_path, a_c="unit;", b_c="alone;")
    (tmp_path / "src/core/bits/a_lemmas.h").write_text("lemmas;")
    assert source.with_lemmas(root, CORE) == "unit;lemmas;" and source.with_lemmas(root, "src/core/bits/b.c") == "alone;"


def test_every_file_is_searched_for_what_is_admitted(tmp_path: pathlib.Path) -> None:
    root = write(tmp_path, a_c="//@ admit a;\n", b_c="//@ admit b;\n//@ axiom c;")
    axioms, admits = source.assumed(root, [CORE, "src/core/bits/b.c"])
    assert len(admits) == 2 and axioms == [("src/core/bits/b.c", 2, "axiom")]


def test_what_the_layer_may_include(tmp_path: pathlib.Path) -> None:
    def said(name: str) -> list[str]:
        path = tmp_path / "src/nt/pure/a.c"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'#include "{name}"\n', encoding="utf-8")
        return source.problems(str(tmp_path), ["src/nt/pure/a.c"], ())
    assert not said("b.h") and not said("../../core/nodepages.h") and not said("../include/mdl.h")
    assert said("../fault.h") and said("../../core/bits/word.c") and said("../include/wdm.h")


def test_small_constants_end_at_their_endif(tmp_path: pathlib.Path) -> None:
    assert not problems(tmp_path, "#ifdef NP_SMALL\n#define A 1\n#endif\nint x;\n#ifdef NP_PORTABLE\n#endif\n")
    assert problems(tmp_path, "#ifdef NP_SMALL\n#define A 1\nint x;\n#else\n#define A 2\n#endif\n")
