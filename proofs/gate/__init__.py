"""The gate: what must hold before the core counts as proved. `prove.py` beside this folder is its command."""
