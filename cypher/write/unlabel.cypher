// unlabel: take away the labels that a kind's values give (a part of update)
REMOVE n{labels}
