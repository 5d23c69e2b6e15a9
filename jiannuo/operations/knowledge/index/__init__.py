"""The index of words on this machine: cutting Chinese into words, keeping the index, asking it."""
