"""Questions about calls: lists and single calls for pages, sums for the figures."""
