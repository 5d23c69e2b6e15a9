"""The technician app that works without network: what it takes along, and what it sends when there is one again."""
