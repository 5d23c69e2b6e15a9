"""Pages of maintenance and inspection."""
