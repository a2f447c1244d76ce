"""Who should meet whom, through whom: a path learner, connector, target of two real, consented relationships.

`choices` the settings, `facts` and `history` what gates read, `gates` the rules, `paths` the hops, `search` the
kernel over both, `score` its weights, `recommend` all of it together, `answer` what is told of it.
"""
