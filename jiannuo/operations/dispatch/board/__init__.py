"""The dispatch board: what it shows, what a move on it means, and the moves themselves."""
