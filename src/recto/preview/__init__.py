"""Show a site as it will be, and keep what is shown as its files are: the same build, its pages rendered when asked for."""
