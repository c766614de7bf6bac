"""The reference forward pass: networks computed in plain Python, and formulas proved by running them."""
