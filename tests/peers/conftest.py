"""The tools run in processes of their own, and this one need not load PyTorch to look for doctests."""

collect_ignore = ["translation.py"]
