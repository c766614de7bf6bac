"""Checks: whether networks build, have the figures that they state, and keep their limits."""
