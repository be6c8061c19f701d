"""Programs that a benchmark runs in processes of their own, with the settings they are measured under."""
