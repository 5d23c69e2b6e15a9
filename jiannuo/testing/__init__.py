"""Support for tests and tools: never imported by the product itself."""
