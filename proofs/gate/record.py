# SPDX-License-Identifier: MIT
"""What was proved before, by a fingerprint of all that the proof of a function rests on.

That is: its own body and annotations, every contract, type and definition that its unit sees, how it is proved, and the
versions of the tools. The bodies of the other functions do not count: WP never looks into them.
"""

import hashlib
import json
import os
from typing import Any

from .normal import Unit
from .wp import Result

Entry = dict[str, Any]

FORMAT = 1


def fingerprint(unit: Unit, function: str | None, how: dict[str, Any], versions: dict[str, str]) -> str:
    """The fingerprint of a function, or of the lemmas of its unit where the name is None."""
    facts = [str(FORMAT), json.dumps(versions, sort_keys=True),
             json.dumps({k: how[k] for k in ("tries", "flags", "smoke")}, sort_keys=True),
             str(function)]
    for _, text in unit.logic:
        facts.append(" ".join(text.split()))
    for f in sorted(unit.functions.values(), key=lambda f: f.name):
        facts.append(" ".join((f.header + " " + f.contract).split()))
        if f.name == function:
            facts.append(" ".join((f.body or "").split()))
    facts += sorted(unit.other)
    return hashlib.sha256("\0".join(facts).encode()).hexdigest()[:32]


def load(root: str, *paths: str) -> dict[str, Entry]:
    """What the files record, by fingerprint; of two, the later one counts. A file that is missing records nothing."""
    known: dict[str, Entry] = {}
    for path in paths:
        full = os.path.join(root, path)
        if os.path.exists(full):
            with open(full, encoding="utf-8") as file:
                known.update(json.load(file))
    return known


def entry(result: Result) -> Entry:
    """What is recorded of a proof."""
    slowest = result.slowest()
    return {"function": f"{result.unit}:{result.function}", "goals": len(result.proofs()), "smoke": len(result.smoke()),
            "seconds": round(result.seconds, 1),
            "steps": {by: max(g.steps for g in result.proofs() if g.by == by) for by in
                      sorted({g.by for g in result.proofs() if g.steps})},
            "slowest": [slowest.name, round(slowest.seconds, 2)] if slowest else None}


def save(root: str, path: str, known: dict[str, Entry]) -> None:
    """Writes a record, an entry a line, in the order of functions, all or nothing."""
    full = os.path.join(root, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full + ".new", "w", encoding="utf-8") as file:
        file.write("{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in
                                      sorted(known.items(), key=lambda item: str(item[1]["function"]))) + "\n}\n")
    os.replace(full + ".new", full)
