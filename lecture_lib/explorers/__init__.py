"""Figures with sliders: one module for each notebook, and the mechanism that they share."""
