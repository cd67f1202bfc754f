"""Measurements against peers. Each module has `rows()`, which yields one dict for each figure."""
