# SPDX-License-Identifier: MIT
"""Probes: in a state of which nothing is known but that a predicate holds, `check \\false` must not prove.

If it does, the predicate can never hold, or its definition contradicts itself, and a proof from it says nothing.
"""

import os
import re
from collections.abc import Iterator

from . import normal, scan, source

C_TYPE = {"integer": "int64_t", "boolean": "_Bool", "\\bool": "_Bool"}
LABELS = ("Pre", "Post")


def sources_with_logic(root: str) -> Iterator[tuple[str, list[str]]]:
    """The files that define predicates or logic functions, and the names that each defines."""
    paths = list(source.files_below(root, "spec/logic", (".acsl",))) + list(source.proved(root, (".h", ".c")))
    for path in paths:
        text = source.annotations(source.read(root, path))
        names = re.findall(r"\b(?:predicate|inductive)\s+(\w+)", text)
        names += re.findall(r"\blogic\s+[\w\s*]*?(\w+)\s*[({=]", text)
        if names:
            yield path, names


def generate(root: str, folder: str, units: list[normal.Unit]) -> Iterator[tuple[str, str, list[str]]]:
    """Writes a probe file for each source with logic: (source, probe file, names probed). Raises Unreadable."""
    known: dict[str, str] = {}
    for unit in units:
        for keyword, text in unit.logic:
            if keyword in ("predicate", "inductive", "logic"):
                known.setdefault(normal.logic_name(text), text)
    headers = [path for path in source.proved(root, (".h",)) if not path.endswith(source.LEMMAS)]
    os.makedirs(os.path.join(root, folder), exist_ok=True)
    for path, names in sources_with_logic(root):
        up = "../" * (folder.count("/") + 1)
        lines = [f"/* Made from {path}. */"]
        lines += [f'#include "{up}{header}"' for header in headers]
        including = path[:-len(source.LEMMAS)] + ".c" if path.endswith(source.LEMMAS) else path
        lines += [f'#include "{up}{including}"', "", "void probe_nothing(void)", "{", "    /*@ check probe: \\false; */", "}"]
        probed = ["nothing"]
        for name in names:
            if name not in known:
                raise scan.Unreadable(f"{path}: {name} is in no unit")
            lines += _probe(name, known[name])
            probed.append(name)
        file = os.path.join(folder, path.replace("/", "_") + ".c")
        with open(os.path.join(root, file), "w", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n")
        yield path, file, probed


def _probe(name: str, text: str) -> list[str]:
    formals = []
    for kind, formal in normal.logic_formals(text):
        kind = C_TYPE.get(kind, kind)
        if not re.fullmatch(r"(const )?((struct|enum) )?\w+ ?\**( const)?", kind):
            raise scan.Unreadable(f"{name}: a formal of type '{kind}'")
        formals.append((kind, formal))
    labels = normal.logic_labels(text)
    if len(labels) > 1:
        at = "{" + ", ".join(LABELS[i % 2] for i in range(len(labels))) + "}"
    else:
        at = ""
    call = name + at + ("(" + ", ".join(formal for _, formal in formals) + ")" if formals else "")
    result = "void"
    if text.startswith("logic"):
        kind = normal.logic_head(text)["type"].strip()
        result = C_TYPE.get(kind, kind)
        call = f"\\result == {call}"
    declared = ", ".join(f"{kind} {formal}" for kind, formal in formals) or "void"
    passed = ", ".join(formal for _, formal in formals)
    return ["", f"/*@ ensures made: {call}; */", f"{result} make_{name}({declared});", f"void probe_{name}({declared})", "{",
            f"    make_{name}({passed});", "    /*@ check probe: \\false; */", "}"]
