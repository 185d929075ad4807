# SPDX-License-Identifier: MIT
"""The sample traces of the corpus, on the machines that they name."""

import json

from harness import MACHINES, TRACES, equal, run, test


def maps_of(trace):
    first = trace.read_text().splitlines()[0]
    assert first.startswith("# maps: "), trace
    return [part for name in first[len("# maps: "):].split() for part in ("--map", MACHINES / name)]


@test
def every_sample_is_replayed(directory):
    traces = sorted(TRACES.glob("*.trace"))
    assert len(traces) >= 8
    for trace in traces:
        for options in ([], ["--json"]):
            result = run(directory, "replay", *options, *maps_of(trace), trace)
            assert result.code == 0 and result.err == "", (trace, result)


def reasons(directory, name):
    trace = TRACES / name
    result = run(directory, "replay", "--json", *maps_of(trace), trace)
    answers = [json.loads(line) for line in result.out.splitlines()]
    return {answer["id"]: answer.get("reason", answer["status"]) for answer in answers if answer["op"] in ("pages", "contiguous")}


@test
def samples_show_what_they_say(directory):
    got = reasons(directory, "qssc-dma-below-16mib.trace")
    equal((got["panorama"], got["all_the_rest"], got["too_late"]), ("fragmented", "partial", "too-few"))
    got = reasons(directory, "qssc-dma-64kib-boundary.trace")
    equal((got["table"], got["wrong_boundary"], got["frame"]), ("boundary", "invalid", "ok"))
    got = reasons(directory, "qssc-aperture-steps.trace")
    equal((got["no_steps"], got["odd_skip"], got["few_runs"]), ("too-few", "invalid", "ok"))
    got = reasons(directory, "qssc-hold-and-drop.trace")
    equal((got["block"], got["larger"], got["local"], got["required"], got["spill"]), ("ok", "node", "partial", "node", "ok"))
    got = reasons(directory, "epyc-balloon.trace")
    equal((got["b4"], got["b5"], got["b7"]), ("ok", "limit", "ok"))
    got = reasons(directory, "epyc-fallback.trace")
    equal((got["near"], got["local"], got["far"], got["any"], got["ghost"]), ("ok", "node", "ok", "invalid", "invalid"))
    got = reasons(directory, "epyc-hot-remove.trace")
    equal((got["unplug"], got["again"], got["odd"], got["both"]), ("ok", "ok", "invalid", "invalid"))
    got = reasons(directory, "hip08-sparse-nodes.trace")
    equal((got["nowhere"], got["huge"], got["strict"]), ("empty-range", "ok", "node"))
