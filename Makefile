# Thin aliases of dev.py, which works without make.
CHORES := setup demo test bench soak lint generate shots vendor lock

.PHONY: $(CHORES)
$(CHORES):
	python3 dev.py $@ $(ARGS)
