"""Many solves of one question: priors, ensembles, sweeps, batches."""
