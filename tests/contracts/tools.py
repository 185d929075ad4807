#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What counts and what shortens the core: `proofs/census.py` and `proofs/minimise.py`, on a small core, and the real one counted.

Prints a line for each that is not as it should be, and `N passed, N failed` at the end.
"""

import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))

HEADER = """#ifndef A_H
#define A_H
#include <stdint.h>
/*@ requires small: x < 100; terminates \\true; exits \\false; assigns \\nothing; ensures twice: \\result == 2 * x; */
uint32_t np_allocate_pages(uint32_t x);
#endif
"""
LEMMAS = """#ifndef A_LEMMAS_H
#define A_LEMMAS_H
#include "a.h"
/*@ ghost
  /@ requires small: x < 100; terminates \\true; exits \\false; assigns \\nothing; ensures even: (2 * x) % 2 == 0; @/
  void lemma_even(uint32_t x)
  {
     return;
  }
*/
#endif
"""
BODY = """#include "a.h"
#include "a_lemmas.h"
/*@ requires small: x < 200; terminates \\true; exits \\false; assigns \\nothing; ensures same: \\result == x; */
static uint32_t same(uint32_t x)
{
    return x;
}

uint32_t np_allocate_pages(uint32_t x)
{
    uint32_t n = 0;
    /*@ loop invariant inside: i <= x && n == 2 * i;
        loop assigns i, n;
        loop variant x - i;
    */
    for (uint32_t i = 0; i < x; i++) {
        n += 2;
    }
    //@ ghost lemma_even(x);
    //@ assert twice: n == 2 * x;
    return same(n);
}
"""
SETTINGS = {"versions": {}, "each function": {"tries": [{"provers": ["cvc4"], "timeout": 5}], "flags": []},
            "smoke tests": {"provers": ["cvc4"], "timeout": 3, "steps": 20000}, "probes": {"provers": ["cvc4"], "timeout": 3, "steps": 20000},
            "seconds for a function at most": 100}


def write(root, files):
    for name, text in files.items():
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


def run(tool, root, *words):
    done = subprocess.run([sys.executable, os.path.join(ROOT, "proofs", tool), "--root", root, *words], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    return done.returncode, done.stdout


def main():
    passed, wrong = 0, []

    def expect(what, held, got=""):
        nonlocal passed
        if held:
            passed += 1
        else:
            wrong.append(f"{what}: {got}")

    _, text = run("census.py", ROOT, "--json")
    real = json.loads(text)
    expect("no file of the core includes itself by way of others", real["include cycles"] == 0, real)
    expect("'terminates' and 'exits' stand in the macros alone", real["'terminates' and 'exits' written out"] == 0, real)
    expect("the core is there", real["lines of C"] > 1000 and real["files that a pages request passes through"] > 5, real)

    with tempfile.TemporaryDirectory() as root:
        files = {"src/core/bits/a.h": HEADER, "src/core/bits/a_lemmas.h": LEMMAS, "src/core/bits/a.c": BODY, "proofs/settings.json": json.dumps(SETTINGS)}
        write(root, files)
        _, text = run("census.py", root, "--json")
        small = json.loads(text)
        expect("lines of C", small["lines of C"] == 4 + 1 + 2 + 4 + 2 + 4 + 2, small)
        expect("annotation lines", small["annotation lines in the same files"] == 1 + 1 + 4 + 2, small)
        expect("lemmas apart", small["lines of lemmas, in files of their own"] == 7, small)
        expect("the longest body", small["longest body, with annotations"] == "12 (np_allocate_pages)", small)
        expect("one file", small["files that a pages request passes through"] == 1, small)
        expect("written out", small["'terminates' and 'exits' written out"] == 3, small)
        expect("the contract", small["lines of the contract of np_allocate_pages"] == 1, small)

        status, text = run("minimise.py", root, "--check", "np_allocate_pages")
        expect("what could go is said", status == 1 and "2 of 2 can go" in text, text)
        with open(os.path.join(root, "src/core/bits/a.c"), encoding="utf-8") as file:
            expect("--check changes nothing", file.read() == BODY)
        status, text = run("minimise.py", root, "np_allocate_pages")
        with open(os.path.join(root, "src/core/bits/a.c"), encoding="utf-8") as file:
            kept = file.read()
        expect("it goes", status == 0 and "assert" not in kept and "lemma_even(x)" not in kept, kept)
        expect("and nothing else", "loop invariant" in kept and kept.count("\n") == BODY.count("\n") - 2, kept)
        write(root, {"src/core/bits/a.c": BODY.replace("2 * x;\n    return", "2 * x + 1;\n    return")})
        status, text = run("minimise.py", root, "np_allocate_pages")
        expect("what does not prove is left", "does not prove as it stands" in text, text)
        status, _ = run("minimise.py", root, "np_no_such_function")
        expect("an unknown name", status == 2)

    for line in wrong:
        print("FAILED: " + line)
    print(f"{passed} passed, {len(wrong)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
