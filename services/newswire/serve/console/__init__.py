"""The console: pages for people over the read side. Views are pure functions; templates only print what they give."""
