"""How fast it is, compared with floors that the same server serves in the same run. `make bench` runs it."""
