"""Send a finished site to where its readers are: plan, then apply.  Only the targets touch the world."""
