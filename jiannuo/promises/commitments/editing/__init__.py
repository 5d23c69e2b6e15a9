"""Packs as plain forms: the fields are those of the pack's schema, the values what was typed, mistakes included.

A field that the schema gains appears by itself. :func:`nodes.nodes_of` makes the fields that a template shows,
:func:`typed.typed_in` reads them back; what comes back is the content of a pack, whether it is right or not.
"""
