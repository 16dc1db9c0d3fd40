"""The golden day: one made-up day of the wire, with every kind of event, for the tests of other people's consumers.

`day` tells what happened, `fill` has the store decide on it, `records` says in which order and how often a log delivers
the result, and `expected` says what a correct consumer holds in the end. The same release gives the same bytes on every
machine, ids and times included.
"""
