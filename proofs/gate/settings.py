"""Reads settings.json: how each function is proved, and the few exceptions that are allowed, each with its reason."""

import json
import os

PARALLEL = 4  # provers at once for one Frama-C, which looks at them only 20 times a second


class Settings:
    def __init__(self, root):
        self.path = os.path.join("proofs", "settings.json")
        with open(os.path.join(root, self.path), encoding="utf-8") as file:
            self.all = json.load(file)
        known = {"versions", "each function", "some functions", "smoke tests", "probes", "seconds for a function at most",
                 "files that may differ between prover and compiler", "recursive definitions", "warnings that do no harm",
                 "mutations that change nothing", "declared without a value", "from", "functions that the whole program does not reach"}
        unknown = set(self.all) - known
        if unknown:
            raise ValueError(f"{self.path}: unknown: " + ", ".join(sorted(unknown)))

    @property
    def versions(self):
        return self.all["versions"]

    @property
    def twins(self):
        return self.all.get("files that may differ between prover and compiler", {})

    @property
    def recursive(self):
        return self.all.get("recursive definitions", {})

    @property
    def unset(self):
        return self.all.get("declared without a value", {})

    @property
    def sources(self):
        return self.all.get("from", {})

    @property
    def unreached(self):
        return self.all.get("functions that the whole program does not reach", {})

    @property
    def some(self):
        """How some functions are proved, by name. A key of settings.json may name several, with spaces between them."""
        return {name: how for names, how in self.all.get("some functions", {}).items() for name in names.split()}

    @property
    def equal_mutants(self):
        return self.all.get("mutations that change nothing", {})

    def smoke(self, unit):
        """How far a smoke test goes, in a unit whose goals need more steps than most as far as those do."""
        how = dict(self.all["smoke tests"])
        how["steps"] = {name: steps for names, steps in how.pop("units", {}).items() for name in names.split()}.get(unit, how["steps"])
        return how

    def how(self, unit, function, session):
        """How to prove one function."""
        how = dict(self.all["each function"])
        own = self.some.get(function, {})
        unknown = set(own) - {"tries", "flags", "why"}
        if unknown:
            raise ValueError(f"{self.path}: {function}: unknown: " + ", ".join(sorted(unknown)))
        how.update(own)
        how.update(smoke=self.smoke(unit), session=session, parallel=PARALLEL,
                   limit=self.all["seconds for a function at most"],
                   allowed_warnings=list(self.all.get("warnings that do no harm", {})))
        return how

    def probe(self, session):
        how = dict(self.all["probes"])
        how.update(tries=[{"provers": how.pop("provers"), "timeout": how.pop("timeout")}], flags=[], session=session, parallel=PARALLEL, prop="probe",
                   limit=self.all["seconds for a function at most"], allowed_warnings=["."])
        return how
