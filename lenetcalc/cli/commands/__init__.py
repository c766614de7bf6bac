"""The commands, one a module, each loaded when it is called."""
