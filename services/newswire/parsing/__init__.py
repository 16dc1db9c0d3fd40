"""Bytes in, values out: feeds, pages, lists of feeds. Pure computing, meant for a process that can be killed."""
