"""The pages of follow-ups, letters and campaigns."""
