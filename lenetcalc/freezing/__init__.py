"""The figures of a network written into the text of its spec, which stays as it is otherwise."""
