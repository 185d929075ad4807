# SPDX-License-Identifier: MIT
"""The gate: what must hold before the core counts as proved. Its command is `proofs/prove.py`."""
