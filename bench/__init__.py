"""Speed as ratios, each against a reference measured in the same run: `make bench`, `make bench ONLY=import`."""
