"""What the console shows and does, with the question whether the caller may: feeds, the flow, problems."""
