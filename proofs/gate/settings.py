# SPDX-License-Identifier: MIT
"""Reads settings.json: how each function is proved, and the few exceptions that are allowed, each with its reason."""

import json
import os
from typing import Any

PARALLEL = 4  # provers at once for one Frama-C, which looks at them only 20 times a second


class Settings:
    """The settings of a tree. Raises ValueError where a key is not known."""

    def __init__(self, root: str) -> None:
        self.path = os.path.join("proofs", "settings.json")
        with open(os.path.join(root, self.path), encoding="utf-8") as file:
            self.all: dict[str, Any] = json.load(file)
        known = {"versions", "each function", "some functions", "smoke tests", "probes", "seconds for a function at most",
                 "files that may differ between prover and compiler", "recursive definitions", "warnings that do no harm",
                 "mutations that change nothing", "declared without a value", "from", "functions that the whole program does not reach"}
        unknown = set(self.all) - known
        if unknown:
            raise ValueError(f"{self.path}: unknown: " + ", ".join(sorted(unknown)))

    def _named(self, key: str) -> dict[str, str]:
        """What the settings say of each name under a key."""
        return dict(self.all.get(key, {}))

    @property
    def versions(self) -> dict[str, str]:
        return self._named("versions")

    @property
    def twins(self) -> dict[str, str]:
        return self._named("files that may differ between prover and compiler")

    @property
    def recursive(self) -> dict[str, str]:
        return self._named("recursive definitions")

    @property
    def unset(self) -> dict[str, str]:
        return self._named("declared without a value")

    @property
    def sources(self) -> dict[str, str]:
        return self._named("from")

    @property
    def unreached(self) -> dict[str, str]:
        return self._named("functions that the whole program does not reach")

    @property
    def some(self) -> dict[str, dict[str, Any]]:
        """How some functions are proved, by name. A key of settings.json may name several, with spaces between them."""
        return {name: how for names, how in self.all.get("some functions", {}).items() for name in names.split()}

    @property
    def equal_mutants(self) -> dict[str, str]:
        return self._named("mutations that change nothing")

    def smoke(self, unit: str) -> dict[str, Any]:
        """How far a smoke test goes, in a unit whose goals need more steps than most as far as those do."""
        how = dict(self.all["smoke tests"])
        how["steps"] = {name: steps for names, steps in how.pop("units", {}).items() for name in names.split()}.get(unit, how["steps"])
        return how

    def how(self, unit: str, function: str | None, session: str) -> dict[str, Any]:
        """How to prove one function."""
        how = dict(self.all["each function"])
        own = self.some.get(function or "", {})
        unknown = set(own) - {"tries", "flags", "why"}
        if unknown:
            raise ValueError(f"{self.path}: {function}: unknown: " + ", ".join(sorted(unknown)))
        how.update(own)
        how.update(smoke=self.smoke(unit), session=session, parallel=PARALLEL,
                   limit=self.all["seconds for a function at most"],
                   allowed_warnings=list(self.all.get("warnings that do no harm", {})))
        return how

    def probe(self, session: str) -> dict[str, Any]:
        """How probes are tried."""
        how = dict(self.all["probes"])
        how.update(tries=[{"provers": how.pop("provers"), "timeout": how.pop("timeout")}], flags=[], session=session, parallel=PARALLEL, prop="probe",
                   limit=self.all["seconds for a function at most"], allowed_warnings=["."])
        return how
