"""Hand-over: the decision a person takes about readiness."""
