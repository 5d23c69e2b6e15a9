"""Pages of installed units."""
