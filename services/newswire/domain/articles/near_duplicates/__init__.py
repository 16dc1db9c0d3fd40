"""Whether one article tells the words of another: candidate keys, alignment, evidence, rules.

The steps, each a file: `shingles` gives the keys by which a store finds candidates; `alignment` lays two texts side by
side; `slots` looks at what differs; `evidence` counts both; `rules` gives the verdict on a pair; `furniture` finds what
many stories share; `choose` decides among the candidates.
"""
