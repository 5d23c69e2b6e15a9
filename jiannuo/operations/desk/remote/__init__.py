"""Helping from afar before anybody travels: what was tried by telephone, video or remote connection."""
