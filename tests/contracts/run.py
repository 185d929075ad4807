#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The gate must bite: small cores, each with one thing wrong, and what `proofs/prove.py` has to say of it.

Prints a line for each that is not as it should be, and `N passed, N failed` at the end.
"""

import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
WHOLE = "terminates \\true; exits \\false; assigns \\nothing;"

HEADER = f"""#ifndef A_H
#define A_H
#include <stdint.h>
/*@ requires small: x < 100; {WHOLE} ensures more: \\result == x + 1; */
uint32_t np_more(uint32_t x);
#endif
"""
BODY = """#include "a.h"
uint32_t np_more(uint32_t x)
{
    return x + 1;
}
"""
COUNT = """
uint32_t np_count(uint32_t x)
{
    uint32_t n = 0;
    /*@ loop invariant inside: n <= x; CLAUSES */
    while (n < x) {
        n++;
    }
    return n;
}
"""
LOOP = "loop assigns n; loop variant x - n;"
PROGRAM = f"""#include "../../src/core/a.h"
/*@ {WHOLE} */
void whole_program(void)
{{
    (void)np_more(3);
}}
"""


def core(**changes):
    """The sound little core, with files of src/core replaced or added, or any file by its full path."""
    files = {"src/core/a.h": HEADER, "src/core/a.c": BODY, "proofs/clients/whole_program.c": PROGRAM}
    for name, text in changes.items():
        name = name.replace("__", "/").replace("_DOT_", ".")
        files[name if "/" in name else f"src/core/{name}"] = text
    return files


PURE = """#include "b.h"
#include "../../core/a.h"
uint32_t np_b(uint32_t x)
{
    return np_more(x) + 1;
}
"""


def above(body=PURE, header=f"""#include "../include/mdl.h"
/*@ requires small: x < 100; {WHOLE} ensures two: \\result == x + 2; */
uint32_t np_b(uint32_t x);
""", **changes):
    """The little core with a pure unit of the layer above it."""
    return core(**{"src__nt__pure__b_DOT_h": header, "src__nt__pure__b_DOT_c": body,
                   "src__nt__include__mdl_DOT_h": "#include <stdint.h>\n",
                   "proofs__clients__whole_program_DOT_c": PROGRAM.replace("a.h\"", "a.h\"\n#include \"../../src/nt/pure/b.h\"")
                                                                .replace("    (void)", "    (void)np_b(3);\n    (void)"), **changes})


def count(contract, clauses=LOOP):
    """A static function with a loop, under a contract and with loop clauses of its own."""
    function = COUNT.replace("CLAUSES", clauses).replace("uint32_t np_count", "static uint32_t np_count").lstrip("\n")
    return core(a_DOT_c=BODY + contract + "\n" + function, proofs__settings_DOT_json=settings(
        **{"functions that the whole program does not reach": {"np_count": "it only stands here"}}))


def ghost(text):
    return core(a_DOT_c=BODY + "\n/*@ ghost\n" + text + "\n*/\n")


COUNTS = f"/*@ {WHOLE} ensures all: \\result == x; */"
with open(os.path.join(ROOT, "proofs", "settings.json"), encoding="utf-8") as settings_file:
    SETTINGS = json.load(settings_file)


def settings(**changes):
    return json.dumps({**SETTINGS, "some functions": {}, "files that may differ between prover and compiler": {},
                       "recursive definitions": {}, "warnings that do no harm": {}, "declared without a value": {}, "from": {},
                       "functions that the whole program does not reach": {}, **changes})


# name, 'check' or 'prove', what must be printed (None: all is well), files
CASES = [
    ("a sound core", "prove", None, core()),
    ("a sound loop", "prove", None, count(COUNTS)),
    ("a sound lemma", "prove", None, core(a_DOT_c=BODY + "/*@ lemma square: \\forall integer a; 0 <= a * a; */\n")),
    ("a sound inductive definition", "check", None, core(a_DOT_c=BODY + """
/*@ inductive Even(integer n) { case zero: Even(0); case two: \\forall integer n; 0 <= n && Even(n) ==> Even(n + 2); } */
""")),

    ("a definition by itself that counts down", "check", None, core(a_DOT_c=BODY + """
/*@ logic integer sum(integer n, integer k) = n <= 0 ? 0 : sum(n - 1, k + 1) + (k == 3 ? 1 : 0);
    logic integer some{L}(uint32_t *w, integer a, integer b) = a >= b ? 0 : some(w, a, b - 1) + w[b - 1]; */
""")),

    ("a goal that does not prove", "prove", r"not proved: .*np_more_ensures_more",
     core(a_DOT_c=BODY.replace("x + 1", "x + 2"))),
    ("an overflow", "prove", r"not proved: .*unsigned_overflow", core(a_DOT_h=HEADER.replace("x < 100", "x <= 0xffffffff"))),
    ("a loop invariant that does not hold", "prove", r"not proved: .*np_count",
     core(a_DOT_c=count(COUNTS)["src/core/a.c"].replace("n <= x;", "n < x;"))),
    ("a variant that does not fall", "prove", r"not proved: .*variant", count(COUNTS, LOOP.replace("x - n", "n"))),
    ("a precondition that contradicts itself", "prove", r"smoke test failed: .*np_more",
     core(a_DOT_h=HEADER.replace("x < 100", "x < 100 && x > 200"))),
    ("a precondition that the program cannot meet", "prove", r"not proved: .*whole_program: .*requires_small",
     core(a_DOT_h=HEADER.replace("x < 100", "x < 100 && x % 4 == 1 && x % 2 == 0"))),
    ("a function that the program does not reach", "check", r"np_other: 'whole_program' does not reach it", core(
        a_DOT_h=HEADER.replace("#endif", f"/*@ {WHOLE} */\nvoid np_other(void);\n#endif"), a_DOT_c=BODY + "void np_other(void) { }\n")),
    ("a program that asks for something", "check", r"whole_program: requires something",
     core(proofs__clients__whole_program_DOT_c=PROGRAM.replace("/*@", "/*@ requires 1 < 2;"))),
    ("no program", "check", r"no function 'whole_program'", core(proofs__clients__whole_program_DOT_c="")),
    ("a function that is listed and reached", "check", r"np_more: 'whole_program' reaches it", core(proofs__settings_DOT_json=settings(
        **{"functions that the whole program does not reach": {"np_more": "no reason"}}))),

    ("a postcondition that WP leaves out", "check", r"'no_wp'",
     core(a_DOT_h=HEADER.replace("ensures more", "ensures no_wp: \\result == 7; ensures more"))),
    ("a precondition that WP leaves out", "check", r"'no_wp'", core(a_DOT_h=HEADER.replace("requires small", "requires no_wp"))),
    ("an assertion that WP leaves out, behind a macro", "check", r"np_more: 'no_wp'",
     core(a_DOT_c=BODY.replace("return", "/*@ assert SKIP: x == 7; */\n    return").replace("uint32_t np", "#define SKIP no_##wp\n"
                               "#define JOIN(a, b) a##b\n#undef SKIP\n#define SKIP JOIN(no_, wp)\nuint32_t np", 1))),
    ("a lemma that WP leaves out", "check", r"'no_wp'", core(a_DOT_c=BODY + "/*@ lemma no_wp: 1 == 2; */\n")),
    ("a lemma under two definitions", "prove", r"not proved: src/core/b\.c: \(lemmas\): .*lemma_some", core(
        a_DOT_c=BODY + "/*@ predicate Some(integer n) = 0 < n;\n    lemma some: Some(1); */\n",
        b_DOT_c="/*@ predicate Some(integer n) = 1 < n;\n    lemma some: Some(1); */\n")),
    ("a source of values that nothing checks", "check", r"from.: WP does not check",
     core(a_DOT_h=HEADER.replace("assigns \\nothing", "assigns \\nothing \\from \\nothing"))),
    ("code for one compiler setting", "check", r"asks for __OPTIMIZE__",
     core(a_DOT_c=BODY.replace("return", "#ifdef __OPTIMIZE__\n    x = 0;\n#endif\n    return"))),
    ("a constant that a build can change", "check", r"asks for NP_MORE",
     core(a_DOT_c=BODY.replace("uint32_t np", "#ifndef NP_MORE\n#define NP_MORE 1\n#endif\nuint32_t np", 1).replace("x + 1", "x + NP_MORE"))),
    ("code for fuzzing", "check", r"NP_SMALL may change the value of constants",
     core(a_DOT_c=BODY.replace("return", "#ifdef NP_SMALL\n    x = 0;\n#endif\n    return"))),
    ("restrict", "check", r"'restrict' has no place", core(a_DOT_c=BODY + f"""
/*@ requires \\valid_read(p); {WHOLE} */
static uint32_t np_read(const uint32_t *restrict p) {{ return *p; }}
""")),
    ("a variable without a value", "check", r"np_more: 'y' is declared without a value",
     core(a_DOT_c=BODY.replace("return x + 1", "uint32_t y;\n    if (x > 3) y = 1;\n    return x + 1 + (y - y)"))),
    ("two effects in no order", "check", r"gcc warns of it.*\n.*\n.*(sequence-point|undefined)",
     core(a_DOT_c=BODY.replace("return x + 1", "uint32_t y = x;\n    y = y++ + 1;\n    return y"))),
    ("a definition by itself and one of the same name", "check", r"'f' is defined twice",
     core(a_DOT_c=BODY + "/*@ logic integer f(integer x) = f(x) + 1;\n    logic integer f(integer x, integer y) = x + y; */\n")),

    ("an invariant that nothing meets", "prove", r"smoke test failed|not proved",
     core(a_DOT_c=BODY.replace("return x + 1;", "if (x > 200) return 7;\n    return x + 1;"))),
    ("a lemma that does not hold", "prove", r"not proved: .*lemma_wrong",
     core(a_DOT_c=BODY + "/*@ lemma wrong: \\forall integer a; 0 < a * a; */\n")),
    ("a predicate that never holds", "prove", r"Never: the probe",
     core(a_DOT_h=HEADER.replace("/*@ requires", "#include \"../../spec/logic/p.acsl\"\n/*@ requires", 1),
          spec__logic__p_DOT_acsl="#ifndef P\n#define P\n/*@ predicate Never(integer a) = a < 0 && 0 < a; */\n#endif\n")),
    ("recursion that nothing bounds", "prove", r"decreases", core(a_DOT_c=BODY + f"""
/*@ {WHOLE} */
static uint32_t np_down(uint32_t x)
{{
    return x == 0 ? 0 : np_down(x - 1);
}}
""")),
    ("a cast between kinds of memory", "prove", r"incompatible pointers|not the goal as written", core(a_DOT_c=BODY + """
/*@ requires \\valid(p); terminates \\true; exits \\false; assigns \\nothing; */
static uint32_t np_cast(uint64_t *p)
{
    return *(uint32_t *)p;
}
""")),

    ("no contract on a static function", "check", r"np_count: no contract", count("")),
    ("no contract in a header", "check", r"np_other: no contract",
     core(a_DOT_h=HEADER.replace("#endif", "uint32_t np_other(void);\n#endif"))),
    ("no terminates", "check", r"np_count: no 'terminates", count(COUNTS.replace("terminates \\true;", ""))),
    ("a weak terminates", "check", r"np_count: 'terminates x", count(COUNTS.replace("\\true", "x < 3"))),
    ("no exits", "check", r"np_count: no 'exits", count(COUNTS.replace("exits \\false;", ""))),
    ("no assigns", "check", r"np_count: no 'assigns", count(COUNTS.replace("assigns \\nothing;", ""))),
    ("assigns in a behavior alone", "check", r"np_count: no 'assigns",
     count("/*@ terminates \\true; exits \\false; behavior b: assumes x == 0; assigns \\nothing; */")),
    ("no loop assigns", "check", r"np_count: loop 1 has no 'loop assigns'", count(COUNTS, "loop variant x - n;")),
    ("no loop variant", "check", r"np_count: loop 1 has no 'loop variant'", count(COUNTS, "loop assigns n;")),
    ("no loop variant in ghost code", "check", r"lemma: loop 1 has no 'loop variant'", ghost(f"""
  /@ {WHOLE} @/
  void lemma(uint32_t x)
  {{
      uint32_t n = 0;
      /@ loop invariant n <= x; loop assigns n; @/
      while (n < x) n++;
  }}""")),
    ("a ghost function without a contract", "check", r"lemma: no contract", ghost("  void lemma(void) { }")),
    ("an axiom", "check", r"'axiomatic'", core(a_DOT_c=BODY + "/*@ axiomatic A { axiom a: \\forall integer x; x < x + 1; } */\n")),
    ("an admitted lemma", "check", r"'admit'", core(a_DOT_c=BODY + "/*@ admit lemma a: \\forall integer x; x < x + 1; */\n")),
    ("an admitted statement", "check", r"'admit'", core(a_DOT_c=BODY.replace("return", "//@ admit x < 3;\n    return"))),
    ("an axiom behind a macro", "check", r"'axiomatic'|'axiom'",
     core(a_DOT_c=BODY + "#define A axiomatic\n/*@ A B { axiom a: \\forall integer x; x < x + 1; } */\n")),
    ("a logic function without a definition", "check", r"'reads'|axiomatic|declared and not defined",
     core(a_DOT_c=BODY + "/*@ axiomatic A { logic integer f(integer x) reads \\nothing; } */\n")),
    ("a definition by itself", "check", r"'f' is defined by itself",
     core(a_DOT_c=BODY + "/*@ logic integer f(integer x) = f(x) + 1; */\n")),
    ("a definition by itself that stands still", "check", r"'f' is defined by itself",
     core(a_DOT_c=BODY + "/*@ logic integer f(integer x, integer y) = x <= y ? 0 : f(x - 1, y - 1) + 1; */\n")),
    ("an inductive definition that is not positive", "check", r"Odd is not plainly positive",
     core(a_DOT_c=BODY + "/*@ inductive Odd(integer n) { case a: \\forall integer n; !Odd(n) ==> Odd(n); } */\n")),
    ("code that the prover does not see", "check", r"__FRAMAC__",
     core(a_DOT_c=BODY.replace("return", "#ifndef __FRAMAC__\n    x = 0;\n#endif\n    return"))),
    ("a function that the prover does not see", "check", r"np_hidden: compiled, and not there for the prover",
     core(a_DOT_c=BODY + "#ifndef __FRAMAC__\nstatic uint32_t np_hidden(void) { return 0; }\n#endif\n")),
    ("a function that nothing proves", "check", r"np_other: declared, and nothing defines it",
     core(a_DOT_h=HEADER.replace("#endif", f"/*@ {WHOLE} */\nuint32_t np_other(void);\n#endif"))),
    ("a second, stronger contract", "check", r"np_more: its contract here is not the one",
     core(b_DOT_c=f"""#include <stdint.h>
/*@ {WHOLE} ensures \\result == 7; */
uint32_t np_more(uint32_t x);
/*@ {WHOLE} ensures \\result == 7; */
static uint32_t np_use(void) {{ return np_more(3); }}
""")),
    ("recursion through another unit", "check", r"comes back to it", {
        "src/core/a.h": HEADER.replace("#endif", f"/*@ {WHOLE} */\nuint32_t np_b(void);\n/*@ {WHOLE} */\nuint32_t np_c(void);\n#endif"),
        "src/core/a.c": BODY + "uint32_t np_b(void) { return np_c(); }\n",
        "src/core/b.c": '#include "a.h"\nuint32_t np_c(void) { return np_b(); }\n'}),
    ("a jump back", "check", r"goto|jumps back", core(a_DOT_c=BODY.replace("return", "again:\n    if (x > 200) goto again;\n    return"))),
    ("a library", "check", r"includes <stdio.h>", core(a_DOT_c="#include <stdio.h>\n" + BODY)),
    ("a file from above the core", "check", r"includes \"../host/b.h\"",
     core(a_DOT_c='#include "../host/b.h"\n' + BODY, src__host__b_DOT_h="")),
    ("a pure unit above the core", "prove", None, above()),
    ("a pure unit above the core, without a contract", "check", r"src/nt/pure/b\.c: np_b: no contract|the headers: np_b: no contract",
     above(body=PURE, header="#include \"../include/mdl.h\"\nuint32_t np_b(uint32_t x);\n")),
    ("a pure unit above the core, not proved", "prove", r"not proved: .*np_b_ensures_two", above(body=PURE.replace("x) + 1", "x) + 2"))),
    ("a pure unit that includes another", "check", r"includes \"../memory.h\"",
     above(body='#include "../memory.h"\n' + PURE, src__nt__memory_DOT_h="")),
    ("the core with a pure unit above it", "check", r"includes \"../nt/pure/b.h\"", above(a_DOT_c='#include "../nt/pure/b.h"\n' + BODY)),
    ("a plain header that needs a library", "check", r"src/nt/include/mdl\.h:1: includes <stdio.h>",
     above(src__nt__include__mdl_DOT_h="#include <stdio.h>\n")),
    ("a flag that is not sound", "check", r"-wp-weak-int-model", core(
        proofs__settings_DOT_json=settings(**{"some functions": {"np_more": {"flags": ["-wp-weak-int-model"]}}}))),
    ("settings for a function that is not there", "check", r"np_gone: no such function", core(
        proofs__settings_DOT_json=settings(**{"some functions": {"np_gone": {"tries": [{"provers": ["z3"], "timeout": 5}]}}}))),
    ("a unit that cannot be read", "check", r"frama-c does not read it", core(a_DOT_c=BODY.replace("x + 1;", "x + 1"))),
    ("a contract that cannot be read", "check", r"a\.h|a\.c", core(a_DOT_h=HEADER.replace("x < 100;", "x <<< 100;"))),
    ("no core at all", "check", r"src/core has no \.c file", {"src/core/a.h": HEADER}),
]


def run(case):
    name, how, expected, files = case
    with tempfile.TemporaryDirectory(prefix="nodepages-contracts-") as root:
        for path, text in {"proofs/settings.json": settings(), **files}.items():
            os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(text)
        call = [sys.executable, os.path.join(ROOT, "proofs", "prove.py"), "--root", root, "--jobs", "1"]
        call += {"check": ["--check"], "prove": ["--timeout", "2"]}[how]
        done = subprocess.run(call, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300, check=False)
        said = None
        if expected is None:
            if done.returncode != 0:
                said = f"must hold, and does not (status {done.returncode})"
        elif done.returncode == 0:
            said = "must be refused, and is not"
        elif not re.search(expected, done.stdout):
            said = f"is refused, and not for what is wrong: expected '{expected}'"
        if how == "prove" and said is None:
            with open(os.path.join(root, "build", "proofs", "summary.json"), encoding="utf-8") as file:
                summary = json.load(file)
            if list(summary) != ["functions", "goals_scheduled", "goals_proved", "smoke_failed", "axioms", "admits", "unproved", "seconds"]:
                said = "summary.json has other fields: " + ", ".join(summary)
        return name, said, done.stdout


def main():
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        for name, said, printed in pool.map(run, CASES):
            if said is None:
                passed += 1
                continue
            failed += 1
            print(f"FAILED: {name}: {said}")
            print("".join("    " + line + "\n" for line in printed.splitlines()[:20]))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
