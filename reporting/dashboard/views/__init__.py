"""The municipality's dashboard, its figures with their definitions, and the page of a department."""
