"""Whether one article tells the words of another: candidate keys, alignment, evidence, rules.

The steps, each a file: `shingles` gives the keys by which a store finds candidates; `alignment` lays two texts side by
side; `slots` looks at what differs; `evidence` counts both; `rules` and `templates` give the verdict on a pair;
`choose` orders the candidates, with the help of `editions`; `reprint` says which of them makes a duplicate; `stored`
holds what a batch is compared with.
"""
