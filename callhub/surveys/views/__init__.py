"""Pages of surveys: the citizen's, without a sign-in, and the municipality's."""
